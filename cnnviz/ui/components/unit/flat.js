// A flatten: every cell of every map is one element of the vector. The pointer shows which.
const VECTOR_CELL = 17; // px of an element
const GAP_PX = 6;
const FRAME_PX = 34; // of border and padding on both sides

class Flat {
  constructor(root, unit) {
    this.root = root;
    this.unit = unit;
    [this.maps, this.vector] = [".maps", ".vector"].map((name) => root.querySelector(name));
    this.captions = root.querySelectorAll("figcaption");
    this.maps.onpointermove = (event) => this.over(event, this.maps, (x, y) => this.mapElement(x, y));
    this.vector.onpointermove = (event) => this.over(event, this.vector, (x, y) => this.vectorElement(x, y));
    root.onkeydown = (event) => this.key(event);
  }

  take({ header, arrays }) {
    Object.assign(this, { header, values: arrays.inputs, size: [header.channels, header.height, header.width] });
    this.at = header.element;
  }

  build() {
    const { unit, size, values } = this;
    const [channels, rows, cols] = size;
    const beside = unit.width > 900;
    this.root.classList.toggle("down", !beside);
    const wide = beside ? (unit.width - FRAME_PX - 30) / 2 : unit.width - FRAME_PX;
    const side = channels === 1 ? Math.min(280, wide) : Math.max(24, Math.min(64, (wide + GAP_PX) / Math.ceil(Math.sqrt(channels * 1.3)) - GAP_PX));
    this.across = channels === 1 ? 1 : Math.max(1, Math.floor((wide + GAP_PX) / (side + GAP_PX)));
    this.side = side;
    this.cell = side / Math.max(rows, cols);
    this.perRow = Math.max(1, Math.floor(wide / VECTOR_CELL));
    this.scale = unit.colours.scale(this.header.range);
    this.pictures = Array.from({ length: channels }, (_, c) => unit.colours.picture(values.subarray(c * rows * cols, (c + 1) * rows * cols), rows, cols, this.scale));
    this.captions[0].textContent = fill(this.header.texts.flat_maps, { channels, rows, cols });
    this.captions[1].textContent = fill(this.header.texts.flat_vector, { count: values.length });
    this.show();
  }

  over(event, canvas, elementAt) {
    const box = canvas.getBoundingClientRect();
    const element = elementAt(event.clientX - box.left, event.clientY - box.top);
    if (element === null || element === this.at) return;
    this.at = element;
    this.show();
  }

  mapElement(x, y) {
    const [channels, rows, cols] = this.size;
    const pitch = this.side + GAP_PX;
    const channel = Math.floor(y / pitch) * this.across + Math.min(this.across - 1, Math.floor(x / pitch));
    const [row, col] = [Math.floor((y % pitch) / this.cell), Math.floor((x % pitch) / this.cell)];
    return channel < channels && row < rows && col < cols ? elementOf([channel, row, col], rows, cols) : null;
  }

  vectorElement(x, y) {
    const element = Math.floor(y / VECTOR_CELL) * this.perRow + Math.min(this.perRow - 1, Math.floor(x / VECTOR_CELL));
    return element < this.values.length ? element : null;
  }

  key(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.perRow, ArrowDown: this.perRow }[event.key];
    if (!by) return;
    this.at = Math.min(this.values.length - 1, Math.max(0, this.at + by));
    this.show();
    event.preventDefault();
  }

  show() {
    const { unit, size, at, values } = this;
    const [channels, rows, cols] = size;
    const [channel, row, col] = cellOf(at, rows, cols);
    const pitch = this.side + GAP_PX;
    const lines = Math.ceil(channels / this.across);
    const pen = prepared(this.maps, Math.min(channels, this.across) * pitch - GAP_PX + 2, lines * pitch - GAP_PX + 2);
    pen.imageSmoothingEnabled = false;
    this.pictures.forEach((picture, c) => pen.drawImage(picture, (c % this.across) * pitch, Math.floor(c / this.across) * pitch, cols * this.cell, rows * this.cell));
    ringOn(pen, [(channel % this.across) * pitch + col * this.cell, Math.floor(channel / this.across) * pitch + row * this.cell, this.cell], unit);
    const long = prepared(this.vector, Math.min(values.length, this.perRow) * VECTOR_CELL + 2, Math.ceil(values.length / this.perRow) * VECTOR_CELL + 2);
    values.forEach((value, k) => {
      long.fillStyle = unit.colours.css(this.scale, value);
      long.fillRect((k % this.perRow) * VECTOR_CELL, Math.floor(k / this.perRow) * VECTOR_CELL, VECTOR_CELL - 1, VECTOR_CELL - 1);
    });
    ringOn(long, [(at % this.perRow) * VECTOR_CELL, Math.floor(at / this.perRow) * VECTOR_CELL, VECTOR_CELL - 1], unit);
    const places = { element: at, channel, row, col, rows, cols };
    unit.tell(fill(this.header.texts.flat_formula, places), fill(this.header.texts.flat_readout, { element: at, channel: channel + 1, row, col, value: short(values[at], 5) }));
  }
}

function ringOn(pen, [x, y, side], unit) {
  for (const [line, ink] of [[5, unit.theme.paper], [2.5, unit.colours.roles.mark]]) {
    pen.lineWidth = line;
    pen.strokeStyle = ink;
    pen.strokeRect(x, y, side, side);
  }
}
