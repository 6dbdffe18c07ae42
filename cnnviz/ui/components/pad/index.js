// A sheet to draw on with mouse, finger or stylus. Python owns the drawing at the first visit and when
// a page sets one (a new revision); otherwise the strokes drawn here are the truth. They are sent as
// {revision, paper, strokes: [{width, points: [row, col, row, col, ...]}]} in units of the sheet.
const WHILE_DRAWING_MS = 120;
const LABEL_PX = 22; // height of the words of a mark
const pads = new WeakMap();

export default function (component) {
  const { parentElement } = component;
  let pad = pads.get(parentElement);
  if (!pad) pads.set(parentElement, (pad = new Pad(parentElement.querySelector(".pad"))));
  pad.update(component);
  const run = (pad.run = {}); // a clean-up of an overtaken run must not stop the present one
  return () => {
    if (pad.run !== run) return;
    pad.stop();
    pads.delete(parentElement);
  };
}

class Pad {
  constructor(root) {
    this.root = root;
    const find = (selector) => root.querySelector(selector);
    Object.assign(this, { canvas: find("canvas"), marks: find(".marks"), hint: find(".hint"), pen: find(".pen input"), dot: find(".dot i") });
    Object.assign(this, { undo: find(".undo"), clear: find(".clear"), paperButton: find(".paper") });
    this.brush = this.canvas.getContext("2d");
    this.undo.onclick = () => this.change(() => this.strokes.pop());
    this.clear.onclick = () => this.change(() => (this.strokes = []));
    this.paperButton.onclick = () => this.change(() => (this.paper = this.paper === "black" ? "white" : "black"));
    this.pen.oninput = () => this.draw();
    this.listen();
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.canvas);
  }

  listen() {
    const { canvas } = this;
    canvas.onpointerdown = (event) => this.down(event);
    canvas.onpointermove = (event) => this.move(event);
    canvas.onpointerup = canvas.onpointercancel = canvas.onlostpointercapture = (event) => this.up(event);
    canvas.oncontextmenu = (event) => event.preventDefault();
    canvas.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false }); // no scrolling, no magnifier
    canvas.onkeydown = (event) => {
      const undoes = event.key === "Backspace" || (event.key === "z" && (event.ctrlKey || event.metaKey));
      if (!undoes && event.key !== "Delete") return;
      event.preventDefault();
      (undoes ? this.undo : this.clear).click();
    };
  }

  update({ data, setStateValue }) {
    this.setStateValue = setStateValue;
    const { revision } = this.data || {};
    this.data = data;
    if (revision !== data.revision) {
      this.strokes = data.strokes.map((stroke) => ({ width: stroke.width, points: [...stroke.points] }));
      this.paper = data.paper;
      this.open = null;
      clearTimeout(this.timer);
      this.sent = this.content();
    }
    this.root.classList.toggle("wide", data.aspect > 1);
    this.root.style.setProperty("--aspect", data.aspect);
    this.marks.replaceChildren(...data.marks.map((mark) => this.mark(mark)));
    const { words, pen_widths, pen } = data;
    if (revision === undefined) Object.assign(this.pen, { min: pen_widths[0], max: pen_widths[1], value: pen });
    this.root.setAttribute("aria-label", words.label);
    this.hint.textContent = words.hint;
    for (const [element, word] of [[this.undo, "undo"], [this.clear, "clear"], [this.pen, "pen"], [this.paperButton, "paper"]]) {
      element.setAttribute("aria-label", words[word]);
      element.title = words[word];
    }
    this.draw();
  }

  // A frame with its words; `describe` finds room for them.
  mark({ top, left, height, width, text }) {
    const { sheet, aspect } = this.data;
    const frame = document.createElement("i");
    const share = (value, whole) => `${(100 * value) / whole}%`;
    Object.assign(frame.style, { top: share(top, sheet), height: share(height, sheet), left: share(left, sheet * aspect), width: share(width, sheet * aspect) });
    frame.append(Object.assign(document.createElement("b"), { textContent: text }));
    return Object.assign(frame, { rooms: { above: top / sheet, below: (sheet - top - height) / sheet } });
  }

  down(event) {
    if (this.open || event.button !== 0) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.open = { width: Number(this.pen.value), points: this.at(event) };
    this.pointer = event.pointerId;
    this.strokes.push(this.open);
    this.draw();
    this.sendWhileDrawing();
  }

  move(event) {
    if (!this.open || event.pointerId !== this.pointer) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const each of events.length ? events : [event]) this.add(this.at(each), 2);
    this.draw();
    this.sendWhileDrawing();
  }

  up(event) {
    if (!this.open || event.pointerId !== this.pointer) return;
    if (event.type === "pointerup") this.add(this.at(event), 0.5);
    this.open = null;
    this.draw();
    this.send();
  }

  add([row, col], apart) {
    const { points } = this.open;
    const total = this.strokes.reduce((sum, stroke) => sum + stroke.points.length / 2, 0);
    const [lastRow, lastCol] = points.slice(-2);
    if (Math.hypot(row - lastRow, col - lastCol) >= apart && total < this.data.most_points) points.push(row, col);
  }

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    const unit = (pixels, from, side, units) => Math.round(((pixels - from) / side) * units * 2) / 2;
    const { sheet, aspect } = this.data;
    return [unit(event.clientY, box.top, box.height, sheet), unit(event.clientX, box.left, box.width, sheet * aspect)];
  }

  change(alter) {
    if (this.open) return;
    alter();
    this.draw();
    this.send();
  }

  draw() {
    if (!this.data) return;
    const { canvas, brush, data, strokes } = this;
    const width = Math.round(canvas.clientWidth * (window.devicePixelRatio || 1));
    if (width && canvas.width !== width) Object.assign(canvas, { width, height: Math.round(width / data.aspect) });
    const [paper, ink] = this.paper === "black" ? ["#000", "#fff"] : ["#fff", "#000"];
    brush.setTransform(canvas.width / data.sheet / data.aspect, 0, 0, canvas.height / data.sheet, 0, 0);
    brush.fillStyle = paper;
    brush.fillRect(0, 0, data.sheet * data.aspect, data.sheet);
    Object.assign(brush, { lineCap: "round", lineJoin: "round", strokeStyle: ink });
    for (const stroke of strokes) this.line(stroke);
    this.describe();
  }

  line({ width, points }) {
    const { brush } = this;
    brush.lineWidth = width;
    brush.beginPath();
    brush.moveTo(points[1], points[0]);
    if (points.length === 2) brush.lineTo(points[1] + 0.01, points[0]); // a dot
    for (let idx = 2; idx < points.length; idx += 2) brush.lineTo(points[idx + 1], points[idx]);
    brush.stroke();
  }

  describe() {
    const { words, sheet } = this.data;
    const empty = this.strokes.length === 0;
    this.canvas.setAttribute("aria-label", words.canvas.replace("{n}", this.strokes.length));
    this.root.dataset.paper = this.paper;
    this.hint.hidden = !empty;
    this.marks.hidden = empty;
    const enough = LABEL_PX / this.canvas.clientHeight;
    for (const { rooms, firstChild } of this.marks.children) firstChild.className = rooms.above > enough ? "above" : rooms.below > enough ? "below" : "inside";
    this.undo.disabled = this.clear.disabled = empty;
    this.dot.style.width = this.dot.style.height = `${(this.pen.value / sheet) * this.canvas.clientHeight}px`;
  }

  content() {
    return JSON.stringify([this.paper, this.strokes]);
  }

  sendWhileDrawing() {
    if (!this.data.live || this.timer) return;
    this.timer = setTimeout(() => this.send(), WHILE_DRAWING_MS);
  }

  send() {
    clearTimeout(this.timer);
    this.timer = null;
    const content = this.content();
    if (content === this.sent) return;
    this.sent = content;
    this.setStateValue("edit", { revision: this.data.revision, paper: this.paper, strokes: JSON.parse(content)[1] });
  }

  stop() {
    this.observer.disconnect();
    clearTimeout(this.timer);
  }
}
