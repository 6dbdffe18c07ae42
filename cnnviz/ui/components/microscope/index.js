// The microscope: one window gliding over input, kernel and output. Nothing is sent while the pointer moves.
const scopes = new WeakMap();
const SPEEDS = [0.5, 1, 2, 4, 16];
const STEP_MS = 950; // one step at speed 1: a glide and a rest
const GLIDE_MS = 340;
const HOVER_MS = 90;
const ICONS = {
  first: "M6 5h2v14H6zM20 5v14L9 12z",
  back: "M17 5v14L7 12z",
  play: "M7 4.5v15l12-7.5z",
  pause: "M7 5h3.6v14H7zM13.4 5H17v14h-3.6z",
  next: "M7 5v14l10-7z",
  last: "M16 5h2v14h-2zM4 5v14l11-7z",
};

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
    Object.assign(this, { pin: [0, 0], hover: null, glide: [0, 0], focus: 0, speed: 1, playing: false });
    this.buildTransport();
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
    const last = this.bytes;
    if (last && last.length === data.length && last.every((byte, k) => byte === data[k])) return;
    this.bytes = data;
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
    if (!before || before.rows.out !== model.rows.out || before.cols.out !== model.cols.out || before.kind !== model.kind) {
      this.pause();
      this.pin = this.wanted ? [Math.min(this.wanted[0], model.rows.out - 1), Math.min(this.wanted[1], model.cols.out - 1)] : [0, 0];
    } else if (this.wanted) this.pin = this.wanted;
    this.wanted = null;
    this.focus = Math.min(this.focus, model.channels - 1);
    this.hover = null;
    this.glide = [...this.pin];
    this.predict.start(model, fresh);
    this.words();
    this.build();
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
    for (const [name, button] of Object.entries(this.buttons)) button.title = button.ariaLabel = texts[name];
    this.scrub.ariaLabel = texts.scrub;
    this.find(".speed span").textContent = texts.speed;
    this.find(".predict span").textContent = texts.predict;
    this.find(".single").textContent = texts.single;
    this.find(".strip").ariaLabel = texts.strip;
  }

  caption(name, [title, detail]) {
    this.find(`.${name} figcaption`).replaceChildren(element("b", "", { textContent: title }), element("span", "", { textContent: detail }));
  }

  buildTransport() {
    this.buttons = {};
    for (const name of ["first", "back", "play", "next", "last"]) {
      const button = element("button", name, { type: "button" });
      button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
      this.buttons[name] = this.find(".buttons").appendChild(button);
    }
    this.buttons.play.onclick = () => (this.playing ? this.pause() : this.play());
    this.buttons.first.onclick = () => this.stepTo(0);
    this.buttons.last.onclick = () => this.stepTo(this.model.steps - 1);
    this.buttons.back.onclick = () => this.stepTo(this.model.pixel(this.pin) - 1);
    this.buttons.next.onclick = () => this.stepTo(this.model.pixel(this.pin) + 1);
    this.scrub = this.find(".scrub");
    this.scrub.oninput = () => this.stepTo(Number(this.scrub.value));
    const select = this.find(".speed select");
    for (const speed of SPEEDS) select.append(element("option", "", { value: speed, textContent: `${speed}×` }));
    select.value = "1";
    select.onchange = () => (this.speed = Number(select.value));
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
    this.find(".transport .buttons").hidden = this.scrub.hidden = this.find(".speed").hidden = model.steps === 1;
    this.find(".single").hidden = model.steps > 1;
    this.scrub.max = model.steps - 1;
    this.panels.build(model, this.theme, this.width);
    this.lens.build(model, this.theme);
    this.working.build(model, this.theme, this.width);
    this.update();
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
    this.scrub.value = model.pixel(this.pin);
    this.scrub.style.setProperty("--done", `${(100 * model.pixel(this.pin)) / Math.max(1, model.steps - 1)}%`);
    this.scrub.setAttribute("aria-valuetext", fill(model.texts.place, model.outputPlace(this.pin)));
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
      const value = model.isPadding(hover.cell) ? texts.padding_cell : short(model.value(this.focus, { r: hover.cell[0], c: hover.cell[1] }), 6);
      return fill(texts[places.length ? "feeds" : "feeds_none"], { ...model.inputPlace(hover.cell), value, count: places.length });
    }
    if (hover?.kind === "kernel") {
      const tap = hover.cell[0] * model.cols.kernel + hover.cell[1];
      const count = cellsOfTap(model.rows, hover.cell[0]).length * cellsOfTap(model.cols, hover.cell[1]).length;
      const spot = { row: hover.cell[0] + 1, col: hover.cell[1] + 1 };
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
      this.panels.draw();
      if (share < 1) this.draw();
    });
  }

  play() {
    if (this.model.steps === 1) return;
    if (this.model.pixel(this.pin) === this.model.steps - 1) this.pin = [0, 0];
    this.playing = true;
    this.showPlaying();
    this.update();
    this.tick();
  }

  tick() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (!this.playing) return;
      if (this.hover) return this.tick(); // the pointer holds it
      const step = this.model.pixel(this.pin) + 1;
      if (step >= this.model.steps) return this.pause();
      this.pin = windowOf(this.model.cols, step);
      this.update(Math.min(GLIDE_MS, (0.8 * STEP_MS) / this.speed));
      this.tick();
    }, STEP_MS / this.speed);
  }

  pause() {
    clearTimeout(this.timer);
    if (!this.playing) return;
    this.playing = false;
    this.showPlaying();
    if (this.model) this.update();
  }

  showPlaying() {
    const name = this.playing ? "pause" : "play";
    const { play } = this.buttons;
    play.querySelector("path").setAttribute("d", ICONS[name]);
    play.title = play.ariaLabel = this.model?.texts[name] ?? "";
    this.root.classList.toggle("playing", this.playing);
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
    else if (event.key === " ") this.playing ? this.pause() : this.play();
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
