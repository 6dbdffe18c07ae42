// Curves, tiles and marks on three canvases over each other.

const REST = 0.36; // how visible curves are at rest; less where there are thousands
const MOST_CURVES = 1200; // at rest between two layers
const SIGNS = { plus: "#2166ac", minus: "#c25f08", plusDark: "#6db3e8", minusDark: "#f0a04b" };

function penOf(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  const size = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== size[0] || canvas.height !== size[1]) {
    [canvas.width, canvas.height] = size;
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  return pen;
}

// From the right side of one rectangle to the left side of another.
function curve(pen, from, to) {
  const [x0, y0] = [from[0] + from[2], from[1] + from[3] / 2];
  const [x1, y1] = [to[0], to[1] + to[3] / 2];
  const bend = (x1 - x0) / 2;
  pen.moveTo(x0, y0);
  pen.bezierCurveTo(x0 + bend, y0, x1 - bend, y1, x1, y1);
}

// From below one rectangle, under everything, to below another.
function arc(pen, from, to, depth) {
  const [x0, x1] = [from[0] + from[2] / 2, to[0] + to[2] / 2];
  const [y0, y1] = [from[1] + from[3], to[1] + to[3]];
  const turn = Math.min(24, (x1 - x0) / 2);
  pen.moveTo(x0, y0 + 2);
  pen.lineTo(x0, depth - turn / 2);
  pen.bezierCurveTo(x0, depth, x0, depth, x0 + turn, depth);
  pen.lineTo(x1 - turn, depth);
  pen.bezierCurveTo(x1, depth, x1, depth, x1, depth - turn / 2);
  pen.lineTo(x1, y1 + 2);
}

// Every way between columns in view, as [later, earlier, way].
function waysOf({ visible, network }) {
  const shown = new Set(visible);
  return visible.flatMap((at, k) => waysInto(network.layers, shown, at).map((way) => [k, visible.indexOf(way.from), way]));
}

// Whether a way passes by other columns or by the inside of a block: a shortcut, drawn underneath.
function isShortcut([later, earlier, way]) {
  return way.skip || earlier < later - 1;
}

// Curves at rest: every visible pair of units that is connected, quietly; a shortcut as one curve.
function paintCurves(pen, view) {
  const { plan, theme } = view;
  pen.strokeStyle = theme.line;
  const ways = waysOf(view);
  for (const [later, earlier, way] of ways) if (earlier === later - 1) paintBundle(pen, view, [plan.boxes[earlier], plan.boxes[later]], way.hops);
  pen.globalAlpha = 0.9;
  pen.lineWidth = 1.6;
  pen.beginPath();
  ways.filter(isShortcut).forEach(([later, earlier], k, every) => {
    const depth = plan.height - 3 - 7 * (every.length > 12 ? 0 : (later - earlier) % 3);
    arc(pen, rectangleOf(plan.boxes[earlier]), rectangleOf(plan.boxes[later]), depth);
  });
  pen.stroke();
  pen.globalAlpha = 1;
}

function rectangleOf(box) {
  const tall = box.down * box.pitch;
  return [box.x, box.top, box.width, tall];
}

function paintBundle(pen, { network }, [from, to], hops) {
  const single = hops.every(([, { wire }]) => wire === "one");
  const flat = hops.some(([, { wire }]) => wire === "flat") && hops.every(([, { wire }]) => wire !== "all");
  const offset = hops.reduce((sum, [, hop]) => sum + (hop.offset ?? 0), 0);
  const pairs = single ? to.count : flat ? to.count : from.count * to.count;
  pen.globalAlpha = 0.05 + REST * Math.min(1, 10 / Math.sqrt(Math.min(pairs, MOST_CURVES))) * (single ? 1.6 : 1);
  pen.lineWidth = 0.8;
  pen.beginPath();
  const plane = hops.find(([, { wire }]) => wire === "flat")?.[1].plane ?? 1;
  const every = Math.max(1, Math.ceil((flat ? to.count : from.count * to.count) / MOST_CURVES));
  for (let unit = to.first; unit < to.first + to.count; unit++) {
    if (single) link(pen, from, to, unit - offset, unit);
    else if (flat) unit % every === 0 && link(pen, from, to, Math.floor(unit / plane), unit);
    else for (let source = from.first; source < from.first + from.count; source++) (source + unit) % every === 0 && link(pen, from, to, source, unit);
  }
  pen.stroke();
}

function link(pen, from, to, source, target) {
  const [a, b] = [placeOf(from, source), placeOf(to, target)];
  if (a && b) curve(pen, a, b);
}

// Maps and strips: what stays as it is until there is another picture.
function paintTiles(pen, view) {
  const { plan, visible, network } = view;
  visible.forEach((at, k) => {
    const box = plan.boxes[k];
    if (box.form === "maps" || box.form === "picture") paintMaps(pen, view, network.layers[at], box);
    else if (box.form === "strip") paintStrip(pen, view, network.layers[at], box);
  });
}

function paintMaps(pen, view, layer, box) {
  const { network, theme, per } = view;
  const [rows, cols] = layer.thumb;
  const sheet = network.sheet(layer, box.first, box.count, (unit) => scaleFor(network.layers, layer, unit, per));
  const most = Math.max(rows, cols);
  pen.imageSmoothingEnabled = most > box.side * (window.devicePixelRatio || 1);
  pen.imageSmoothingQuality = "high";
  pen.strokeStyle = theme.line;
  pen.lineWidth = 1;
  pen.beginPath();
  for (let index = 0; index < box.count; index++) {
    const [x, y, side] = placeOf(box, box.first + index);
    const [w, h] = [(side * cols) / most, (side * rows) / most];
    const [left, top] = [x + (side - w) / 2, y + (side - h) / 2];
    pen.drawImage(sheet, 0, index * rows, cols, rows, left, top, w, h);
    pen.rect(left - 0.5, top - 0.5, w + 1, h + 1);
  }
  pen.stroke();
}

// Bars of vectors: they grow to their new values, so they are painted at each step of a fade.
function paintVectors(pen, view) {
  const { plan, visible, network } = view;
  visible.forEach((at, k) => {
    const box = plan.boxes[k];
    if (box.form === "bars" || box.form === "labelled") paintBars(pen, view, network.layers[at], box);
  });
}

function paintStrip(pen, view, layer, box) {
  const { network, theme, per } = view;
  const scale = scaleFor(network.layers, layer, 0, per === "map" ? "layer" : per);
  const every = Math.max(1, Math.floor(0.5 / box.pitch)); // of thousands so many share half a pixel: the strongest shows
  for (let unit = 0; unit < layer.units; unit += every) {
    const [x, y, width, height] = placeOf(box, unit);
    let value = layer.low[unit];
    for (let next = unit + 1; next < Math.min(unit + every, layer.units); next++) if (Math.abs(layer.low[next]) > Math.abs(value)) value = layer.low[next];
    pen.fillStyle = network.css(scale, value);
    pen.fillRect(x, y, width, height * every + 0.6);
  }
  pen.strokeStyle = theme.line;
  pen.strokeRect(box.x - 0.5, box.top - 0.5, box.width + 1, box.pitch * box.count + 1);
}

function paintBars(pen, view, layer, box) {
  const { network, per } = view;
  const scale = layer.kind === "softmax" ? scaleFor(network.layers, layer, 0, per) : scaleFor(network.layers, layer, 0, per === "map" ? "layer" : per);
  const best = box.form === "labelled" ? layer.low.indexOf(Math.max(...layer.low)) : -1;
  for (let unit = box.first; unit < box.first + box.count; unit++) {
    const value = view.value(layer, unit);
    if (box.form === "labelled") paintLabelled(pen, view, { layer, box, unit, value, scale, best: unit === best });
    else paintBar(pen, view, placeOf(box, unit), value, scale);
  }
}

function paintBar(pen, view, [x, y, width, height], value, scale) {
  const { theme } = view;
  const thick = Math.min(height, 13);
  const top = y + (height - thick) / 2;
  const zero = scale.low < 0 ? x + width / 2 : x;
  const reach = scale.low < 0 ? width / 2 : width;
  pen.fillStyle = theme.card;
  pen.fillRect(x, top, width, thick);
  const length = Math.min(1, Math.abs(value) / scale.high) * reach;
  pen.fillStyle = value < 0 ? theme.minus : theme.plus;
  pen.fillRect(value < 0 ? zero - length : zero, top, length, thick);
  pen.fillStyle = theme.faint;
  pen.fillRect(zero - 0.5, top, 1, thick);
}

function paintLabelled(pen, view, { layer, box, unit, value, scale, best }) {
  const { theme } = view;
  const [x, y, width, height] = placeOf(box, unit);
  const size = Math.min(14, Math.max(10, height * 0.36));
  const middle = y + height / 2;
  pen.textBaseline = "alphabetic";
  pen.font = `${best ? 650 : 400} ${size}px ${theme.font}`;
  pen.fillStyle = best ? theme.text : theme.faint;
  const number = layer.kind === "softmax" ? percent(value) : short(value, 3);
  pen.textAlign = "right";
  pen.fillText(number, x + width, middle - 2);
  const room = width - pen.measureText(number).width - 6;
  pen.textAlign = "left";
  pen.fillText(clipped(pen, layer.labels[unit], room), x, middle - 2);
  paintBar(pen, view, [x, middle + 1, width, Math.min(9, height / 2 - 3)], value, scale);
}

function clipped(pen, text, room) {
  if (pen.measureText(text).width <= room) return text;
  let cut = text;
  while (cut.length > 1 && pen.measureText(`${cut}…`).width > room) cut = cut.slice(0, -1);
  return `${cut}…`;
}

export function percent(share) {
  if (share > 0 && share < 0.001) return "<0.1 %";
  return `${(share * 100).toFixed(share > 0.9995 && share < 1 ? 2 : 1)} %`;
}

// What follows the pointer: the unit's links in colour, rings around it and its sources, the rest dimmed.
function paintMarks(pen, view, strength) {
  const { plan, focus, opened, theme } = view;
  if (opened) ring(pen, plan, opened, theme.primary, 2.5);
  if (!focus || !strength) return;
  pen.globalAlpha = strength;
  const lit = litLinks(view);
  veil(pen, view, lit);
  for (const { from, to, weight, shortcut } of lit) {
    pen.beginPath();
    pen.strokeStyle = weight === null ? theme.faint : weight < 0 ? theme.minus : theme.plus;
    pen.lineWidth = weight === null ? 1.2 : 0.6 + 4.4 * Math.abs(weight);
    pen.globalAlpha = strength * (weight === null ? 0.8 : 0.35 + 0.6 * Math.abs(weight));
    shortcut ? arc(pen, from, to, plan.height - 6) : curve(pen, from, to);
    pen.stroke();
  }
  pen.globalAlpha = strength;
  ring(pen, plan, focus, theme.text, 2.5);
  pen.globalAlpha = 1;
}

// Every link to draw for the unit in focus, as rectangles and weights; weak ones first.
function litLinks(view) {
  const { plan, visible, network, focus } = view;
  const targets = new Map([[focus[0], [focus[1]]]]);
  const lit = [];
  for (const [later, earlier, way] of chainOf(network.layers, visible, focus[0])) {
    const shortcut = earlier < later - 1;
    const links = (targets.get(later) ?? []).flatMap((target) => linksAlong(network.layers, way.hops, target).map((one) => ({ ...one, target })));
    const weights = links.map((one) => Math.abs(one.weight ?? 0));
    const peak = Math.max(...weights, 1e-9);
    for (const { unit, weight, target } of links) {
      const [from, to] = [placeOf(plan.boxes[earlier], unit), placeOf(plan.boxes[later], target)];
      if (from && to) lit.push({ from, to, weight: weight === null ? null : weight / peak, column: earlier, unit, shortcut });
    }
    targets.set(earlier, links.length === 1 ? [links[0].unit] : []);
    if (way.skip) lit.push(...shortcutOf(plan, later, earlier, targets.get(later)));
  }
  return lit.sort((a, b) => Math.abs(a.weight ?? 0) - Math.abs(b.weight ?? 0));
}

// What a folded block passes by itself: the same unit, underneath.
function shortcutOf(plan, later, earlier, units) {
  return units.flatMap((unit) => {
    const [from, to] = [placeOf(plan.boxes[earlier], unit), placeOf(plan.boxes[later], unit)];
    return from && to ? [{ from, to, weight: null, column: earlier, unit, shortcut: true }] : [];
  });
}

// Dim everything but the unit, its sources and the column it stands in.
function veil(pen, view, lit) {
  const { plan, focus, theme } = view;
  const kept = new Set(lit.map(({ column, unit }) => `${column}.${unit}`)).add(String(focus.join(".")));
  const before = pen.globalAlpha;
  pen.globalAlpha = before * 0.55;
  pen.fillStyle = theme.paper;
  plan.boxes.forEach((box, column) => {
    if (box.form === "labelled" || (box.form === "strip" && column !== focus[0])) return;
    const sources = lit.some((one) => one.column === column);
    if (!sources && column !== focus[0]) return;
    for (let unit = box.first; unit < box.first + box.count; unit++) {
      if (kept.has(`${column}.${unit}`)) continue;
      const [x, y, width, height] = placeOf(box, unit);
      pen.fillRect(x - 1, y - 1, width + 2, height + 2);
    }
  });
  pen.globalAlpha = before;
}

function ring(pen, plan, [column, unit], colour, width) {
  const place = placeOf(plan.boxes[column], unit);
  if (!place) return;
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  const out = 2;
  pen.beginPath();
  const rim = width / 2; // whole also at the edges of the canvas
  const [left, top] = [Math.max(rim, place[0] - out), Math.max(rim, place[1] - out)];
  const [right, bottom] = [Math.min(plan.width + 2 - rim, place[0] + place[2] + out), Math.min(plan.height - rim, place[1] + place[3] + out)];
  pen.roundRect(left, top, right - left, bottom - top, 3);
  pen.stroke();
}
