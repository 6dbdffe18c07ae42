// The microscope: one window gliding over input, kernel and output. Nothing is sent while the pointer moves.
const scopes = new WeakMap();
const HOVER_MS = 90;

export default function (component) {
  const { parentElement } = component;
  let scope = scopes.get(parentElement);
  if (!scope) scopes.set(parentElement, (scope = new Scope(parentElement.querySelector(".scope"))));
  scope.receive(component);
  const run = (scope.run = {}); // a clean-up of an overtaken run must not stop the present one
  return () => {
    if (scope.run !== run) return;
    scope.stop();
    scopes.delete(parentElement);
  };
}

class Scope {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.stage = this.find(".stage");
    this.panels = new Stage(root, this);
    this.working = new Working(root, this);
    this.predict = new Predict(root, this);
    this.lens = new Lens(this.find(".lens"), this);
    this.transport = new Transport(root, this);
    Object.assign(this, { pin: [0, 0], hover: null, glide: [0, 0], focus: 0 });
    this.listen();
  }

  listen() {
    const { stage } = this;
    const { input, output, middle } = this.panels;
    stage.onkeydown = (event) => this.key(event);
    for (const grid of [input, output]) {
      grid.above.onpointermove = (event) => this.over(event, grid);
      grid.above.onpointerdown = (event) => this.press(event, grid);
      grid.above.onpointerup = grid.above.onpointercancel = () => (this.dragging = null);
      grid.above.onpointerleave = () => this.leave();
    }
    middle.above.onpointermove = (event) => this.model?.kind === "conv" && this.overWeight(middle.cellUnder(event), this.focus);
    middle.above.onpointerleave = () => this.leave();
    this.resizes = new ResizeObserver(() => this.resized());
    this.resizes.observe(this.root);
    this.find(".probe").ontransitionend = () => this.model && this.build(); // light to dark, or back
    this.onRatio = () => this.model && this.build();
    window.addEventListener("resize", this.onRatio);
  }

  stop() {
    this.pause();
    cancelAnimationFrame(this.frameId);
    clearTimeout(this.sayTimer);
    this.resizes.disconnect();
    window.removeEventListener("resize", this.onRatio);
  }

  // New data from Python, or the same again.
  receive({ data, setTriggerValue }) {
    this.send = setTriggerValue;
    const header = headerText(data); // names its numbers by a checksum
    if (header === this.header) return;
    this.header = header;
    const scene = unpack(data);
    if (scene.header.kind === "message") return this.message(scene.header.text);
    try {
      this.take(scene);
    } catch (error) {
      this.message(scene.header.texts.broken);
      console.warn(error);
    }
  }

  take(scene) {
    const before = this.model;
    const model = new Model(scene);
    const fresh = !before || before.header.scene !== model.header.scene;
    this.model = model;
    this.message("");
    this.place(before);
    this.wanted = null;
    this.focus = Math.min(this.focus, model.channels - 1);
    this.hover = null;
    this.glide = [...this.pin];
    this.predict.start(model, fresh);
    this.words();
    this.build();
  }

  // Where the window stands in new data: as asked for, else where it was, else at the start.
  place(before) {
    const { model } = this;
    const start = model.header.start.map((at, axis) => at - [model.rows, model.cols][axis].first);
    const same = before && before.kind === model.kind && before.rows.out === model.rows.out && before.cols.out === model.cols.out;
    if (!same) this.pause();
    if (String(model.header.start) !== this.start) this.wanted ??= start;
    this.start = String(model.header.start);
    const [row, col] = this.wanted ?? (same ? this.pin : start);
    const inside = (at, axis) => Math.min(axis.out - 1, Math.max(0, at));
    this.pin = [inside(row, model.rows), inside(col, model.cols)];
  }

  message(text) {
    const line = this.find(".message");
    line.hidden = !text;
    line.textContent = text;
    this.find(".body").hidden = Boolean(text);
    if (text) {
      this.pause();
      this.model = null;
    }
  }

  words() {
    const { texts, captions } = this.model.header;
    this.root.dataset.kind = this.model.kind;
    for (const [role, colour] of Object.entries(this.model.colours.roles)) this.root.style.setProperty(`--${role}`, colour);
    this.stage.setAttribute("aria-label", texts.stage);
    for (const name of ["kernel", "output"]) this.caption(name, captions[name]);
    this.transport.words(texts);
    this.find(".predict span").textContent = texts.predict;
    this.find(".single").textContent = texts.single;
    this.find(".hint").textContent = texts.hint;
    this.find(".strip").ariaLabel = texts.strip;
  }

  caption(name, [title, detail]) {
    const lines = [element("b", "", { textContent: title }), element("span", "", { textContent: detail })];
    this.find(`.${name} figcaption`).replaceChildren(...lines);
  }

  resized() {
    const width = Math.floor(this.root.clientWidth);
    if (!this.model || !width || width === this.width) return;
    this.build();
  }

  // Lay out and paint everything for the width there is.
  build() {
    if (!this.model) return;
    const { model } = this;
    const style = getComputedStyle(this.root);
    const colour = (name) => style.getPropertyValue(name).trim();
    this.theme = {
      background: colour("--paper"),
      secondary: colour("--card"),
      text: style.color,
      faint: colour("--faint"),
      font: style.fontFamily,
    };
    this.width = Math.floor(this.root.clientWidth) || 700;
    this.calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.working.dots = null;
    this.transport.build(model);
    this.find(".single").hidden = model.steps > 1;
    this.panels.build(model, this.theme, this.width);
    this.lens.build(model, this.theme);
    this.working.build(model, this.theme, this.width);
    this.update();
  }

  get playing() {
    return this.transport.playing;
  }

  pause() {
    this.transport.pause();
  }

  // The cell in view: under the pointer, else the one that is pinned.
  get at() {
    return this.hover?.kind === "output" ? this.hover.cell : this.pin;
  }

  get hidden() {
    return this.predict.asksSize || this.predict.hides(this.model.pixel(this.at));
  }

  // Show the numbers of the cell in view and let the window glide there.
  update(duration = HOVER_MS) {
    const { model, hover, at, hidden } = this;
    const index = model.pixel(at);
    this.working.update(at, { hidden, tap: hover?.kind === "kernel" ? hover.cell : null, focus: this.focus });
    this.find(".working > .formula").innerHTML = model.kind === "conv" ? formula(model, at, this.focus, hidden) : "";
    this.find(".readout").textContent = this.describe();
    this.transport.show(this.pin);
    this.root.dataset.cell = `${at[0]},${at[1]}`;
    this.root.dataset.value = hidden ? "" : String(model.shown[index]);
    if (model.kind === "pool") this.panels.paintWindow(at, hidden);
    if (model.kind === "activation") this.panels.paintCurve(at, hidden);
    if (!hover) this.predict.draw(at);
    this.glideTo(at, duration);
    this.saySoon();
  }

  describe() {
    const { model, hover, predict } = this;
    const { texts } = model;
    if (hover?.kind === "input") {
      const places = model.fed(hover.cell);
      const [r, c] = hover.cell;
      const value = model.isPadding(hover.cell) ? texts.padding_cell : short(model.value(this.focus, { r, c }), 6);
      return fill(texts[places.length ? "feeds" : "feeds_none"], { ...model.inputPlace(hover.cell), value, count: places.length });
    }
    if (hover?.kind === "kernel") {
      const tap = hover.cell[0] * model.cols.kernel + hover.cell[1];
      const count = cellsOfTap(model.rows, hover.cell[0]).length * cellsOfTap(model.cols, hover.cell[1]).length;
      const spot = { row: hover.cell[0], col: hover.cell[1] };
      return fill(texts.multiplies, { ...spot, weight: short(model.weight(hover.channel, { tap }), 6), count });
    }
    if (predict.asksSize) return "";
    const value = this.hidden ? "?" : short(model.shown[model.pixel(this.at)], 6);
    return fill(texts.output_cell, { ...model.outputPlace(this.at), value });
  }

  tell(text) {
    this.find(".readout").textContent = text || this.describe();
  }

  // Read the cell out once the window has come to rest.
  saySoon() {
    clearTimeout(this.sayTimer);
    if (this.playing) return;
    this.sayTimer = setTimeout(() => {
      if (!this.model) return;
      const line = this.find(".say");
      line.textContent = this.predict.asksSize ? "" : sentence(this.model, this.at, this.hidden);
    }, 250);
  }

  // Motion -----------------------------------------------------------------------------------------

  glideTo(target, duration) {
    const now = performance.now();
    this.motion = { from: [...this.glide], to: target, start: now, duration: this.calm ? 0 : duration };
    this.draw();
  }

  draw() {
    if (this.frameId) return;
    this.frameId = requestAnimationFrame((now) => {
      this.frameId = 0;
      if (!this.model) return;
      const { from, to, start, duration } = this.motion;
      const share = duration ? Math.min(1, Math.max(0, (now - start) / duration)) : 1;
      const eased = 1 - (1 - share) ** 3;
      this.glide = [0, 1].map((axis) => from[axis] + (to[axis] - from[axis]) * eased);
      this.root.dataset.glide = this.glide.map((at) => Number(at.toFixed(3)));
      this.panels.draw();
      if (share < 1) this.draw();
    });
  }

  // Pointer and keys --------------------------------------------------------------------------------

  over(event, grid) {
    if (!this.model) return;
    if (this.dragging) return this.drag(event, grid);
    if (event.pointerType === "touch") return;
    const cell = grid.cellUnder(event);
    const kind = grid === this.panels.input ? "input" : "output";
    if (kind === "output" && this.predict.asksSize) return;
    if (this.hover?.kind === kind && this.hover.cell[0] === cell[0] && this.hover.cell[1] === cell[1]) return;
    this.hover = { kind, cell };
    this.update();
  }

  overWeight(cell, channel) {
    if (this.hover?.kind === "kernel" && this.hover.channel === channel && String(this.hover.cell) === String(cell)) return;
    this.hover = { kind: "kernel", cell, channel };
    this.update();
  }

  leave() {
    if (!this.hover || this.dragging) return;
    this.hover = null;
    this.update();
  }

  press(event, grid) {
    if (event.button) return;
    this.pause();
    this.hover = null;
    this.dragging = grid;
    grid.above.setPointerCapture(event.pointerId);
    this.stage.focus({ preventScroll: true });
    this.drag(event, grid);
  }

  // A press or a drag moves the window itself.
  drag(event, grid) {
    const { rows, cols } = this.model;
    const [row, col] = grid.under(event);
    const near = grid === this.panels.input ? [windowNear(rows, row), windowNear(cols, col)] : grid.cellUnder(event);
    this.pinTo(near);
  }

  pinTo(cell) {
    if (cell[0] === this.pin[0] && cell[1] === this.pin[1] && !this.hover) return this.draw();
    this.hover = null;
    this.pin = cell;
    this.update();
  }

  stepTo(step) {
    this.pause();
    const { model } = this;
    this.hover = null;
    this.pin = windowOf(model.cols, Math.min(model.steps - 1, Math.max(0, step)));
    this.update(GLIDE_MS / 2);
  }

  key(event) {
    const arrows = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (event.target !== this.stage || event.ctrlKey || event.metaKey || event.altKey || !this.model) return;
    if (arrows[event.key]) this.arrow(arrows[event.key]);
    else if (event.key === "Home") this.stepTo(0);
    else if (event.key === "End") this.stepTo(this.model.steps - 1);
    else if (event.key === " ") this.transport.toggle();
    else return;
    event.preventDefault();
  }

  arrow(by) {
    this.pause();
    const [row, col, beyond] = moved(this.model.rows, this.model.cols, this.pin, by);
    if (beyond) this.lens.shift(by);
    this.hover = null;
    this.pin = [row, col];
    this.update(GLIDE_MS / 2);
  }

  focusOn(channel) {
    this.focus = channel;
    this.working.reveal(channel);
    this.build();
  }

  // Tell Python what an answer was, or where the lens is now.
  report(answer) {
    this.send("answer", answer);
  }

  moveLens(first, pin) {
    this.wanted = pin;
    this.send("lens", first);
  }
}
