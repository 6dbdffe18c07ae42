// One grid of numbers on two canvases: the cells below, whatever moves with the pointer above.

export class Colours {
  constructor(header, arrays) {
    this.levels = header.levels;
    this.roles = header.roles;
    this.inks = header.inks;
    this.tables = { signed: arrays.signed_table, positive: arrays.positive_table };
    this.light = { signed: arrays.signed_light, positive: arrays.positive_light };
  }

  // A scale from numbers: signed ones around 0, others from 0 up.
  scale([low, high]) {
    const peak = Math.max(Math.abs(low), Math.abs(high)) || 1;
    return { name: low < 0 ? "signed" : "positive", low: low < 0 ? -peak : 0, high: peak };
  }

  level(scale, value) {
    const share = (value - scale.low) / (scale.high - scale.low);
    return Math.min(this.levels - 1, Math.max(0, Math.round(share * (this.levels - 1))));
  }

  entry(name, level) {
    return `rgb(${this.tables[name].subarray(3 * level, 3 * level + 3).join(" ")})`;
  }

  css(scale, value) {
    return this.entry(scale.name, this.level(scale, value));
  }

  ink(scale, value) {
    return this.light[scale.name][this.level(scale, value)] ? this.inks.light : this.inks.dark;
  }

  gradient(scale) {
    const stops = Array.from({ length: 11 }, (_, k) => this.entry(scale.name, Math.round((k / 10) * (this.levels - 1))));
    return `linear-gradient(to right, ${stops.join(",")})`;
  }

  // One pixel a cell, to be enlarged.
  picture(values, rows, cols, scale) {
    const canvas = Object.assign(document.createElement("canvas"), { width: cols, height: rows });
    const context = canvas.getContext("2d");
    const image = context.createImageData(cols, rows);
    const pixels = new Uint32Array(image.data.buffer);
    const [words, top] = [this.words(scale.name), this.levels - 1];
    const step = top / (scale.high - scale.low);
    for (let i = 0; i < pixels.length; i++) {
      const level = ((values[i] - scale.low) * step + 0.5) | 0; // as `level`, without its calls
      pixels[i] = words[level < 0 ? 0 : level > top ? top : level];
    }
    context.putImageData(image, 0, 0);
    return canvas;
  }

  // The colours of a scale as pixels of four bytes, in the byte order of the machine.
  words(name) {
    const known = (this.pixels ??= {});
    if (known[name]) return known[name];
    const table = this.tables[name];
    const bytes = new Uint8Array(4 * this.levels).fill(255);
    for (let level = 0; level < this.levels; level++) bytes.set(table.subarray(3 * level, 3 * level + 3), 4 * level);
    return (known[name] = new Uint32Array(bytes.buffer));
  }
}

// Give a canvas its size in CSS pixels and return its context, scaled to the pixels of the screen.
export function prepared(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  const size = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== size[0] || canvas.height !== size[1]) {
    [canvas.width, canvas.height] = size;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

// Padding is dotted, cells that no window reaches are hatched: told apart without colour.
export function pattern(context, kind, colour) {
  const tile = Object.assign(document.createElement("canvas"), { width: 16, height: 16 });
  const pen = tile.getContext("2d");
  pen.strokeStyle = pen.fillStyle = colour;
  pen.lineWidth = 2;
  if (kind === "dots") for (const [x, y] of [[4, 4], [12, 12]]) pen.fillRect(x - 1, y - 1, 2, 2);
  else
    for (const shift of [-16, 0, 16]) {
      pen.moveTo(shift - 2, 18);
      pen.lineTo(shift + 18, -2);
    }
  pen.stroke();
  const made = context.createPattern(tile, "repeat");
  made.setTransform(new DOMMatrix().scale(0.5));
  return made;
}

// Largest font, in px, at which `text` fits `width`; 0 if none is legible.
export function fontFor(context, family, text, width, most) {
  context.font = `${most}px ${family}`;
  const size = Math.min(most, Math.floor((most * width) / Math.max(1, context.measureText(text).width)));
  return size >= 8 ? size : 0;
}

const EDGE = 4; // px around the upper canvas, so that a frame at the border is drawn whole

export class Grid {
  constructor(holder) {
    this.holder = holder;
    holder.replaceChildren();
    this.base = holder.appendChild(document.createElement("canvas"));
    this.above = holder.appendChild(document.createElement("canvas"));
    this.above.className = "above";
  }

  // plan: {rows, cols, cell, values, scale, texts(i) or null, padding(r, c), unvisited(r, c), hidden(i), frame: [r, c, h, w]}
  paint(plan, colours, theme) {
    this.plan = plan;
    const { rows, cols, cell } = plan;
    const [width, height] = [cols * cell, rows * cell];
    this.holder.style.width = `${width}px`;
    this.holder.style.height = `${height}px`;
    const pen = prepared(this.base, width, height);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(colours.picture(plan.values, rows, cols, plan.scale), 0, 0, width, height);
    this.mark(pen, plan.padding, theme, ["dots", colours.roles.padding], 0.6);
    this.mark(pen, plan.unvisited, theme, ["lines", theme.text], 0.5);
    if (plan.hidden) this.hide(pen, theme);
    if (cell >= 7) this.lines(pen, theme);
    if (plan.texts) this.write(pen, colours, theme);
    if (plan.frame) this.outline(pen, ...plan.frame, { colour: colours.roles.input, width: 1.5, inset: 0 });
    this.over(() => {});
  }

  // Pale the cells that pass the test and lay a pattern over them.
  mark(pen, test, theme, [kind, colour], alpha) {
    if (!test) return;
    const { rows, cols, cell } = this.plan;
    const laid = pattern(pen, kind, colour);
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < cols; c++)
        if (test(r, c)) {
          pen.globalAlpha = 0.6;
          pen.fillStyle = theme.background;
          pen.fillRect(c * cell, r * cell, cell, cell);
          pen.globalAlpha = alpha;
          pen.fillStyle = laid;
          pen.fillRect(c * cell, r * cell, cell, cell);
        }
    pen.globalAlpha = 1;
  }

  lines(pen, theme) {
    const { rows, cols, cell } = this.plan;
    pen.fillStyle = theme.background;
    pen.globalAlpha = cell >= 16 ? 1 : 0.45;
    const thick = cell >= 16 ? 1 : 0.5;
    for (let r = 1; r < rows; r++) pen.fillRect(0, r * cell - thick / 2, cols * cell, thick);
    for (let c = 1; c < cols; c++) pen.fillRect(c * cell - thick / 2, 0, thick, rows * cell);
    pen.globalAlpha = 1;
  }

  hide(pen, theme) {
    const { rows, cols, cell, hidden } = this.plan;
    const size = Math.min(15, cell * 0.5);
    pen.font = `600 ${size}px ${theme.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    for (let i = 0; i < rows * cols; i++) {
      if (!hidden(i)) continue;
      const [r, c] = [Math.floor(i / cols), i % cols];
      pen.fillStyle = theme.secondary;
      pen.fillRect(c * cell, r * cell, cell, cell);
      pen.fillStyle = theme.faint;
      if (size >= 7) pen.fillText("?", (c + 0.5) * cell, (r + 0.53) * cell);
    }
  }

  write(pen, colours, theme) {
    const { rows, cols, cell, values, scale, texts, padding, unvisited, hidden } = this.plan;
    const shown = Array.from({ length: rows * cols }, (_, i) => texts(values[i], i));
    const longest = shown.reduce((a, b) => (b.length > a.length ? b : a), "");
    const size = fontFor(pen, theme.font, longest, cell - 5, Math.min(16, cell * 0.42));
    if (!size) return;
    pen.font = `${size}px ${theme.font}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    shown.forEach((text, i) => {
      if (hidden?.(i)) return;
      const [r, c] = [Math.floor(i / cols), i % cols];
      pen.fillStyle = padding?.(r, c) || unvisited?.(r, c) ? theme.text : colours.ink(scale, values[i]);
      pen.fillText(text, (c + 0.5) * cell, (r + 0.53) * cell);
    });
  }

  // What moves: cleared and drawn anew each frame.
  over(draw) {
    const { rows, cols, cell } = this.plan;
    const pen = prepared(this.above, cols * cell + 2 * EDGE, rows * cell + 2 * EDGE);
    pen.translate(EDGE, EDGE);
    draw(pen, cell);
  }

  outline(pen, r, c, h, w, { colour, width = 2.5, dash = [], inset = 0, halo = null }) {
    const { cell } = this.plan;
    const box = [c * cell + inset, r * cell + inset, w * cell - 2 * inset, h * cell - 2 * inset];
    pen.setLineDash(dash);
    pen.lineJoin = "round";
    if (halo) {
      pen.strokeStyle = halo;
      pen.lineWidth = width + 2;
      pen.strokeRect(...box);
    }
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    pen.strokeRect(...box);
    pen.setLineDash([]);
  }

  // The cell, in parts of cells, under a pointer event.
  under(event) {
    const box = this.base.getBoundingClientRect();
    const { rows, cols } = this.plan;
    return [((event.clientY - box.top) / box.height) * rows, ((event.clientX - box.left) / box.width) * cols];
  }

  cellUnder(event) {
    const { rows, cols } = this.plan;
    const [r, c] = this.under(event).map(Math.floor);
    return [Math.min(rows - 1, Math.max(0, r)), Math.min(cols - 1, Math.max(0, c))];
  }
}
