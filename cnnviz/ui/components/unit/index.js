// One unit: a convolution's terms or a flatten's elements. Nothing is sent until a cell is opened.
const units = new WeakMap();

export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  let unit = units.get(parentElement);
  if (!unit) units.set(parentElement, (unit = new Unit(parentElement.querySelector(".unit"))));
  unit.receive(data, (cell) => setTriggerValue("cell", cell));
  const run = (unit.run = {}); // a clean-up of an overtaken run must not stop the present one
  return () => {
    if (unit.run !== run) return;
    unit.stop();
    units.delete(parentElement);
  };
}

class Unit {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.views = { conv: new Conv(this.find(".conv"), this), flat: new Flat(this.find(".flat"), this) };
    this.resizes = new ResizeObserver(() => this.scene && this.width !== Math.floor(root.clientWidth) && this.build());
    this.resizes.observe(root);
    this.find(".probe").ontransitionend = () => this.scene && this.build(); // light to dark, or back
  }

  stop() {
    this.resizes.disconnect();
  }

  receive(data, send) {
    this.send = send;
    if (this.bytes && this.bytes.length === data.length && data.every((byte, k) => byte === this.bytes[k])) return;
    this.bytes = data;
    const scene = unpack(data);
    const text = scene.header.kind === "message" ? scene.header.text : "";
    this.find(".message").hidden = !text;
    this.find(".message").textContent = text;
    this.find(".body").hidden = Boolean(text);
    this.scene = text ? null : scene;
    if (text) return;
    this.colours = new Colours(scene.header, scene.arrays);
    this.view = this.views[scene.header.kind];
    for (const [name, view] of Object.entries(this.views)) view.root.hidden = name !== scene.header.kind;
    this.view.root.setAttribute("aria-label", scene.header.texts[`stage_${scene.header.kind}`]);
    this.view.take(scene);
    this.build();
  }

  build() {
    const style = getComputedStyle(this.root);
    const colour = (name) => style.getPropertyValue(name).trim();
    this.theme = { text: style.color, faint: colour("--faint"), line: colour("--line"), paper: colour("--paper") };
    for (const [role, value] of Object.entries(this.colours.roles)) this.root.style.setProperty(`--${role}`, value);
    this.width = Math.floor(this.root.clientWidth) || 700;
    this.view.build();
  }

  tell(formula, readout) {
    this.find(".formula").innerHTML = formula;
    this.find(".readout").textContent = readout;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.find(".say").textContent = `${this.find(".formula").textContent} ${readout}`), 300);
  }
}

// A map as pixels on a canvas that knows which cell lies under the pointer.
class Plane {
  constructor(title = "") {
    this.canvas = make("canvas", { title });
  }

  paint(unit, values, [rows, cols], scale, side) {
    Object.assign(this, { unit, rows, cols, cell: side / Math.max(rows, cols) });
    const picture = unit.colours.picture(values, rows, cols, scale);
    this.redraw = () => {
      const pen = prepared(this.canvas, cols * this.cell, rows * this.cell);
      pen.imageSmoothingEnabled = false;
      pen.drawImage(picture, 0, 0, cols * this.cell, rows * this.cell);
      return pen;
    };
    return this.redraw();
  }

  // The frame of `count` cells from [row, col]; parts outside the map are cut off.
  frame(row, col, [height, width], colour) {
    const pen = this.redraw();
    const { cell } = this;
    for (const [line, ink] of [[4, this.unit.theme.paper], [2, colour]]) {
      pen.lineWidth = line;
      pen.strokeStyle = ink;
      pen.strokeRect(col * cell, row * cell, width * cell, height * cell);
    }
  }

  under(event) {
    const box = this.canvas.getBoundingClientRect();
    const at = [((event.clientY - box.top) / box.height) * this.rows, ((event.clientX - box.left) / box.width) * this.cols];
    return [Math.min(this.rows - 1, Math.max(0, Math.floor(at[0]))), Math.min(this.cols - 1, Math.max(0, Math.floor(at[1])))];
  }
}

function make(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function legendOf(unit, scale) {
  const bar = make("i");
  bar.style.background = unit.colours.gradient(scale);
  const ticks = [scale.low, (scale.low + scale.high) / 2, scale.high].map((value) => make("b", { textContent: short(value, 3) }));
  return make("div", { className: "legend" }, bar, make("span", {}, ...ticks));
}
