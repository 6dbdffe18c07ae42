// The three grids: what is painted once a scene, and what is drawn over it each frame.
const [BESIDE, BELOW] = [48, 34]; // px of a cell in the middle panel
const MIDDLE_PX = 220;
const CURVE_PX = 210;
const LENS_PX = 176;

export class Stage {
  constructor(root, scope) {
    this.scope = scope;
    this.find = (selector) => root.querySelector(selector);
    this.input = new Grid(this.find(".input .plot"));
    this.middle = new Grid(this.find(".kernel .plot"));
    this.output = new Grid(this.find(".output .plot"));
  }

  build(model, theme, width) {
    Object.assign(this, { model, theme, width });
    this.middle.above.hidden = model.kind === "activation";
    this.sizeGrids();
    this.paintInput();
    this.paintMiddle();
    this.paintOutput();
    this.legends();
  }

  // Everything that depends on where the window is now.
  draw() {
    this.drawInput();
    this.drawOutput();
    if (this.model.kind === "conv") this.drawKernel();
  }

  // One cell size for input and output while both fit, so that a smaller output looks smaller. Side by
  // side there are also the middle and the lens; where that is too tight, these go below.
  sizeGrids() {
    const { rows, cols, kind, header } = this.model;
    const gap = Math.min(64, Math.max(20, 0.05 * this.width)); // as in style.css
    const middle = this.middleSize(BESIDE);
    const wide = this.width - 26 - middle - 2 * gap - (header.overview ? LENS_PX + gap : 0);
    this.narrow = wide < 400;
    this.find(".stage").classList.toggle("narrow", this.narrow);
    const room = this.narrow ? this.width - 44 : Math.min(wide, 900);
    const [height, most] = this.narrow ? [300, 44] : [336, 56];
    const share = cols.size / (cols.size + Math.max(cols.out, 0.6 * cols.size));
    const fit = (down, across, width) => Math.min(most, width / across, height / down);
    const tidy = (size) => (size >= 4 ? Math.floor(size) : size);
    const input = fit(rows.size, cols.size, room * share);
    const output = fit(rows.out, cols.out, room * (1 - share));
    this.cells = { input: tidy(input), output: tidy(Math.min(output, Math.max(input, 22))) };
    this.cells.middle = kind === "activation" ? 0 : this.middleSize(this.narrow ? BELOW : BESIDE) / cols.kernel;
  }

  // Width of the middle panel if one of its cells may be `most` wide.
  middleSize(most) {
    const { rows, cols, kind } = this.model;
    if (kind === "activation") return CURVE_PX;
    const cell = Math.min(most, Math.floor(MIDDLE_PX / Math.max(rows.kernel, cols.kernel)) || MIDDLE_PX / rows.kernel);
    return cell * cols.kernel;
  }

  // How a number is written in a cell: in large cells without zeros at the end, in small ones lined up
  // or not at all.
  wording(name, cell) {
    const places = this.model.decimals[name];
    if (cell < 18) return null;
    if (cell < 34 || places < 0) return (value) => fixed(value, places);
    const most = Math.max(places, Math.min(3, places + 1));
    return (value) => short(Number(value.toFixed(most)), 6);
  }

  paintInput() {
    const { model } = this;
    const { rows, cols } = model;
    const before = [Math.max(0, -rows.at), Math.max(0, -cols.at)];
    const inner = [Math.min(rows.size, rows.inside - rows.at) - before[0], Math.min(cols.size, cols.inside - cols.at) - before[1]];
    const padded = inner[0] < rows.size || inner[1] < cols.size;
    const left = rows.visited.includes(false) || cols.visited.includes(false);
    this.input.paint(
      {
        rows: rows.size,
        cols: cols.size,
        cell: this.cells.input,
        values: model.channel(this.scope.focus),
        scale: model.scales.input,
        texts: this.wording("input", this.cells.input),
        padding: padded ? (r, c) => model.isPadding([r, c]) : null,
        unvisited: left ? (r, c) => !rows.visited[r] || !cols.visited[c] : null,
        frame: padded ? [...before, ...inner] : null,
      },
      model.colours,
      this.theme,
    );
    const [title, detail] = model.header.captions.input;
    this.scope.caption("input", [model.channels > 1 ? `${title} · ${model.label(this.scope.focus)}` : title, detail]);
    const marks = [padded && ["dots", model.texts.padding], left && ["lines", model.texts.unvisited]].filter(Boolean);
    this.find(".keys").innerHTML = marks.map(([kind, text]) => `<span><i class="${kind}"></i>${text}</span>`).join("");
  }

  paintMiddle() {
    const { model } = this;
    if (model.kind !== "conv") return;
    const { rows, cols } = model;
    const cell = this.cells.middle;
    this.middle.paint(
      {
        rows: rows.kernel,
        cols: cols.kernel,
        cell,
        values: model.kernel(this.scope.focus),
        scale: model.scales.kernel,
        texts: this.wording("kernel", Math.max(34, cell)),
      },
      model.colours,
      this.theme,
    );
  }

  paintOutput() {
    const { model } = this;
    const { predict } = this.scope;
    const plot = this.find(".output .plot");
    plot.hidden = predict.asksSize;
    this.output.paint(
      {
        rows: model.rows.out,
        cols: model.cols.out,
        cell: this.cells.output,
        values: model.shown,
        scale: model.scales.output,
        texts: this.wording("output", this.cells.output),
        hidden: predict.on ? (step) => predict.hides(step) : null,
      },
      model.colours,
      this.theme,
    );
    const [title, detail] = model.header.captions.output;
    this.scope.caption("output", [title, predict.asksSize ? "? × ?" : detail]);
  }

  legends() {
    const { model } = this;
    const places = { input: ".input .legend", kernel: ".kernel .legend", output: ".output .legend", product: ".products" };
    for (const [name, place] of Object.entries(places)) {
      const [box, scale] = [this.find(place), model.scales[name]];
      box.hidden = !scale || (this.scope.predict.on && ["output", "product"].includes(name));
      if (box.hidden) continue;
      const ticks = scale.low < 0 ? [scale.low, 0, scale.high] : [0, scale.high];
      const numbers = ticks.map((tick) => `<b>${short(tick, 3)}</b>`).join("");
      box.innerHTML = `<i style="background:${model.colours.gradient(scale)}"></i><span>${numbers}</span>`;
    }
  }

  paintWindow(at, hidden) {
    const { model } = this;
    const taps = model.window(at);
    const [down, across] = [cellsUnder(model.rows, at[0]).length, cellsUnder(model.cols, at[1]).length];
    const counts = model.header.padding_counts;
    this.middle.paint(
      {
        rows: down,
        cols: across,
        cell: this.cells.middle,
        values: taps.map((tap) => model.value(0, tap)),
        scale: model.scales.input,
        texts: (value, k) => (taps[k].padding && !counts ? "–" : this.wording("input", 34)(value)),
        padding: (r, c) => taps[r * across + c].padding,
      },
      model.colours,
      this.theme,
    );
    const won = taps.findIndex((tap) => isWinner(model, at, tap));
    if (won < 0 || hidden) return;
    const spot = [Math.floor(won / across), won % across, 1, 1];
    const style = { colour: model.colours.roles.output, width: 3, inset: 2, halo: this.theme.background };
    this.middle.over((pen) => this.middle.outline(pen, ...spot, style));
  }

  paintCurve(at, hidden) {
    const { model } = this;
    const size = CURVE_PX;
    this.middle.holder.style.width = this.middle.holder.style.height = `${size}px`;
    const point = [model.value(0, model.window(at)[0]), model.shown[model.pixel(at)]];
    drawCurve(this.middle.base, model, this.theme, size, point, hidden);
  }

  drawInput() {
    const { model, theme } = this;
    const { hover, glide, pin } = this.scope;
    const { rows, cols } = model;
    const { roles } = model.colours;
    this.input.over((pen, cell) => {
      if (hover?.kind === "kernel") this.drawTouched(pen, cell, roles.kernel);
      if (hover?.kind === "output") this.windowFrame(pen, pin, { colour: roles.kernel, width: 1.5, dash: [4, 4] });
      this.windowFrame(pen, glide, { colour: roles.kernel, halo: theme.background });
      if (rows.dilation > 1 || cols.dilation > 1) this.drawTaps(pen, roles.kernel);
      if (hover?.kind === "input") this.input.outline(pen, ...hover.cell, 1, 1, { colour: roles.input, width: 3, halo: theme.background });
      this.drawWinner(pen);
    });
  }

  windowFrame(pen, [row, col], style) {
    const { rows, cols } = this.model;
    const [top, left] = [row * rows.stride, col * cols.stride];
    const [height, width] = [Math.min(extent(rows), rows.size - top), Math.min(extent(cols), cols.size - left)];
    this.input.outline(pen, top, left, height, width, style);
  }

  drawTaps(pen, colour) {
    const { rows, cols } = this.model;
    const [top, left] = [this.scope.glide[0] * rows.stride, this.scope.glide[1] * cols.stride];
    for (let i = 0; i < rows.kernel; i++)
      for (let j = 0; j < cols.kernel; j++)
        this.input.outline(pen, top + i * rows.dilation, left + j * cols.dilation, 1, 1, { colour, width: 1.5, inset: 1.5 });
  }

  drawWinner(pen) {
    const { model } = this;
    if (!model.arrays.winners || this.scope.hidden) return;
    const won = model.window(this.scope.at).find((tap) => isWinner(model, this.scope.at, tap));
    if (won) this.input.outline(pen, won.r, won.c, 1, 1, { colour: model.colours.roles.output, inset: 2, halo: this.theme.background });
  }

  drawTouched(pen, cell, colour) {
    const { model } = this;
    const { hover } = this.scope;
    pen.fillStyle = pen.strokeStyle = colour;
    pen.lineWidth = 1.5;
    for (const r of cellsOfTap(model.rows, hover.cell[0]))
      for (const c of cellsOfTap(model.cols, hover.cell[1])) {
        pen.globalAlpha = 0.28;
        pen.fillRect(c * cell, r * cell, cell, cell);
        pen.globalAlpha = 1;
        if (cell >= 10) pen.strokeRect(c * cell + 1.5, r * cell + 1.5, cell - 3, cell - 3);
      }
  }

  drawOutput() {
    const { model, theme } = this;
    const { hover, glide, pin } = this.scope;
    const { roles } = model.colours;
    const fed = { colour: roles.input, inset: 1.5, halo: theme.background };
    const fine = { colour: roles.input, width: 1.5, inset: 0.5 };
    this.output.over((pen, cell) => {
      if (this.scope.playing) this.drawVeil(pen, cell);
      if (hover?.kind === "input")
        for (const { r, c } of model.fed(hover.cell)) this.output.outline(pen, r, c, 1, 1, cell >= 10 ? fed : fine);
      if (hover?.kind === "output") this.output.outline(pen, ...pin, 1, 1, { colour: roles.output, width: 1.5, dash: [4, 4] });
      if (hover?.kind !== "input") this.output.outline(pen, ...glide, 1, 1, { colour: roles.output, width: 3, halo: theme.background });
    });
  }

  // While it plays, cells that are still to come are veiled.
  drawVeil(pen, cell) {
    const { rows, cols } = this.model;
    const [row, col] = this.scope.pin;
    pen.fillStyle = this.theme.background;
    pen.globalAlpha = 0.78;
    pen.fillRect((col + 1) * cell, row * cell, (cols.out - col - 1) * cell, cell);
    pen.fillRect(0, (row + 1) * cell, cols.out * cell, (rows.out - row - 1) * cell);
    pen.globalAlpha = 1;
  }

  // The kernel cell under the pointer; or the weights that an input cell meets.
  drawKernel() {
    const { model, theme } = this;
    const { hover } = this.scope;
    const { roles } = model.colours;
    const style = { inset: 1.5, halo: theme.background };
    this.middle.over((pen) => {
      if (hover?.kind === "kernel") this.middle.outline(pen, ...hover.cell, 1, 1, { ...style, colour: roles.kernel });
      if (hover?.kind === "input")
        for (const { i, j } of model.fed(hover.cell)) this.middle.outline(pen, i, j, 1, 1, { ...style, colour: roles.input });
    });
  }
}
