// A convolution's map: each input map with its kernel slice and its share, the sum, the bias, the activation.
const BESIDE = 800; // px of width from which terms and results stand beside each other
const ROOMY = 1000; // px from which the results are large

class Conv {
  constructor(root, unit) {
    this.root = root;
    this.unit = unit;
    this.find = (selector) => root.querySelector(selector);
    root.querySelectorAll(".pager button").forEach((button) => (button.onclick = () => this.turn(Number(button.dataset.by))));
    root.onkeydown = (event) => this.key(event);
  }

  take({ header, arrays: packed }) {
    const whole = (name) => ({ [name]: packed[name].subarray(0, packed[name].length) }); // large arrays come as fixed point
    const arrays = { ...packed, ...whole("inputs"), ...whole("shares") };
    const same = this.header?.name === header.name;
    Object.assign(this, { header, arrays, channels: header.channels, rows: header.rows, cols: header.cols });
    this.order = byStrength(arrays.shares, this.channels);
    if (!same) this.page = 0;
    this.page = Math.min(this.page, pageCount(this.channels) - 1);
    const peak = arrays.after ?? arrays.sum;
    const best = peak.indexOf(Math.max(...peak));
    const inside = same && this.at && this.at[0] < this.rows.out && this.at[1] < this.cols.out;
    if (!inside) this.at = [Math.floor(best / this.cols.out), best % this.cols.out];
  }

  build() {
    const { unit, header } = this;
    const { texts } = header;
    const scale = (name) => unit.colours.scale(header.scales[name]);
    this.scales = { input: scale("input"), kernel: scale("kernel"), share: scale("share"), sum: scale("sum"), after: scale("after") };
    this.shown = onPage(this.order, this.page);
    const narrow = unit.width < 640;
    this.side = narrow ? 64 : this.channels === 1 ? 190 : this.channels <= 3 ? 108 : 76;
    this.large = narrow ? 132 : unit.width < ROOMY ? 122 : 178;
    this.down = unit.width < BESIDE; // the results stand below the terms
    this.root.classList.toggle("down", this.down);
    this.find(".titles").replaceChildren(...["inputs", "kernels", "shares"].map((name) => make("span", { textContent: texts[`title_${name}`] })));
    this.planes = this.shown.map((channel) => this.line(channel));
    this.find(".lines").replaceChildren(...this.planes.map(({ line }) => line), this.legends());
    const pages = pageCount(this.channels);
    this.find(".pager").hidden = pages === 1 && header.total === this.channels;
    this.find(".pager span").textContent = fill(texts.page, { first: this.page * PER_PAGE + 1, last: this.page * PER_PAGE + this.shown.length, channels: header.total });
    this.root.querySelectorAll(".pager button").forEach((button, k) => {
      button.disabled = k ? this.page === pages - 1 : this.page === 0;
      button.title = button.ariaLabel = texts[k ? "page_on" : "page_back"];
    });
    this.results();
    this.show();
    requestAnimationFrame(() => this.flow());
  }

  line(channel) {
    const { unit, header, arrays, rows, cols, scales, side } = this;
    const planes = { input: new Plane(), kernel: new Plane(), share: new Plane() };
    const cut = (array, size) => array.subarray(channel * size, (channel + 1) * size);
    planes.input.paint(unit, cut(arrays.inputs, rows.inside * cols.inside), [rows.inside, cols.inside], scales.input, side);
    planes.kernel.paint(unit, cut(arrays.kernels, rows.kernel * cols.kernel), [rows.kernel, cols.kernel], scales.kernel, Math.min(side * 0.62, 92));
    planes.share.paint(unit, cut(arrays.shares, rows.out * cols.out), [rows.out, cols.out], scales.share, side);
    this.listen(planes.input, (cell) => [nearest(rows, cell[0]), nearest(cols, cell[1])]);
    this.listen(planes.share, (cell) => cell);
    const value = make("b", { className: "value" });
    const name = make("span", { className: "channel", textContent: header.names[channel] });
    const line = make("div", { className: "line" }, name, planes.input.canvas, make("i", { textContent: "∗" }), planes.kernel.canvas, make("i", { textContent: "=" }), planes.share.canvas, value);
    return { ...planes, line, value };
  }

  legends() {
    const blank = () => make("span");
    return make("div", { className: "line legends" }, blank(), legendOf(this.unit, this.scales.input), blank(), legendOf(this.unit, this.scales.kernel), blank(), legendOf(this.unit, this.scales.share), blank());
  }

  // The sum with its bias and, where there is one, the activation.
  results() {
    const { header, arrays, rows, cols, scales, unit } = this;
    const { texts } = header;
    this.ends = ["sum", "after"].filter((name) => arrays[name]).map((name) => {
      const plane = new Plane();
      plane.paint(unit, arrays[name], [rows.out, cols.out], scales[name], this.large);
      this.listen(plane, (cell) => cell);
      const value = make("b", { className: "value" });
      const title = name === "sum" ? fill(texts.title_sum, { bias: short(header.bias, 3) }) : fill(texts.title_after, { layer: header.after_layer, name: header.after_name });
      const figure = make("figure", { className: name }, make("figcaption", { textContent: title }), plane.canvas, value, legendOf(unit, scales[name]));
      return { name, plane, value, figure };
    });
    this.find(".results").replaceChildren(...this.ends.flatMap(({ figure }, k) => (k ? [make("i", { className: "arrow", textContent: "→" }), figure] : [figure])));
  }

  // Curves from each share to the plus, and on to the sum.
  flow() {
    const svg = this.find(".flow");
    const frame = this.root.getBoundingClientRect();
    const node = this.find(".node").getBoundingClientRect();
    svg.setAttribute("viewBox", `0 0 ${frame.width} ${frame.height}`);
    const { down } = this;
    const end = [node.left - frame.left + (down ? node.width / 2 : 0), node.top - frame.top + (down ? 0 : node.height / 2)];
    const paths = this.planes.map(({ share, value }) => {
      const box = share.canvas.getBoundingClientRect();
      const tip = value.getBoundingClientRect();
      const start = [Math.max(box.right, tip.right) - frame.left + 4, box.top + box.height / 2 - frame.top];
      const bend = (end[0] - start[0]) / 2;
      return down ? "" : `<path d="M${start} C${start[0] + bend},${start[1]} ${end[0] - bend},${end[1]} ${end}"/>`;
    });
    const sum = this.ends[0].plane.canvas.getBoundingClientRect();
    if (!down) paths.push(`<path d="M${node.right - frame.left},${end[1]} L${sum.left - frame.left - 6},${end[1]}"/>`);
    svg.innerHTML = paths.join("");
  }

  listen(plane, toWindow) {
    const at = (event) => toWindow(plane.under(event));
    plane.canvas.onpointermove = (event) => event.pointerType !== "touch" && this.move(at(event));
    plane.canvas.onclick = (event) => {
      this.move(at(event));
      this.unit.send({ row: this.at[0], col: this.at[1] });
    };
  }

  move(at) {
    if (String(at) === String(this.at)) return;
    this.at = at;
    this.show();
  }

  key(event) {
    const by = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (event.target !== this.root) return;
    if (by) this.move([Math.min(this.rows.out - 1, Math.max(0, this.at[0] + by[0])), Math.min(this.cols.out - 1, Math.max(0, this.at[1] + by[1]))]);
    else if (event.key === "Enter") this.unit.send({ row: this.at[0], col: this.at[1] });
    else if (event.key === "PageUp" || event.key === "PageDown") this.turn(event.key === "PageDown" ? 1 : -1);
    else return;
    event.preventDefault();
  }

  turn(by) {
    this.page = Math.min(pageCount(this.channels) - 1, Math.max(0, this.page + by));
    this.build();
  }

  // The cell in view, on every map, with its numbers.
  show() {
    const { at, rows, cols, unit, header, arrays } = this;
    const cell = at[0] * cols.out + at[1];
    const { terms, rest, others } = this.terms(cell);
    const { roles } = unit.colours;
    const patch = [startOf(rows, at[0]), startOf(cols, at[1]), [extentOf(rows), extentOf(cols)]];
    this.planes.forEach(({ input, share, value }, k) => {
      input.frame(...patch, roles.input);
      share.frame(at[0], at[1], [1, 1], roles.output);
      value.textContent = short(terms[k], 4);
    });
    for (const { name, plane, value } of this.ends) {
      plane.frame(at[0], at[1], [1, 1], roles.output);
      value.textContent = short(arrays[name][cell], 4);
    }
    unit.tell(this.formula(terms, rest, others, cell), fill(header.texts.readout, { row: at[0], col: at[1] }));
  }

  // Of a large layer only the strongest shares are here; the others are what is missing from the sum.
  terms(cell) {
    const { header, arrays } = this;
    const found = termsOf(arrays.shares, this.channels, cell, this.shown);
    if (header.total === this.channels) return found;
    const rest = arrays.sum[cell] - header.bias - found.terms.reduce((sum, term) => sum + term, 0);
    return { ...found, rest, others: header.total - this.shown.length };
  }

  formula(terms, rest, others, cell) {
    const { header, arrays } = this;
    const { texts } = header;
    const parts = terms.map((term) => signed(term));
    if (others) parts.push(`${signed(rest)} <i>${fill(texts.others, { count: others })}</i>`);
    parts.push(`${signed(header.bias)} <i>${texts.bias}</i>`);
    let text = `${parts.join(" ").replace(/^\+ /, "")} = <b>${short(arrays.sum[cell], 5)}</b>`;
    if (arrays.after) text += ` &nbsp;→&nbsp; ${header.after_name}(${short(arrays.sum[cell], 5)}) = <b>${short(arrays.after[cell], 5)}</b>`;
    return text;
  }
}

function signed(value) {
  return `${value < 0 ? "−" : "+"} ${short(Math.abs(value), 4)}`;
}
