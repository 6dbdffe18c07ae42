// The whole picture, small, with a glass over the part that is shown; letting go asks for another part.
export class Lens {
  constructor(figure, scope) {
    Object.assign(this, { figure, scope });
    this.whole = figure.querySelector(".whole");
    this.glass = figure.querySelector(".glass");
    this.whole.onpointerdown = (event) => this.press(event);
    this.whole.onpointermove = (event) => this.held && this.place(this.firstUnder(event));
    this.whole.onpointerup = (event) => this.release(event);
    this.whole.onpointercancel = () => (this.held = false);
  }

  build(model, theme) {
    this.model = model;
    this.theme = theme;
    const size = model.header.overview;
    this.figure.hidden = !size;
    if (!size) return;
    const scale = Math.min(2, 168 / Math.max(...size));
    this.size = [size[0] * scale, size[1] * scale];
    const pen = prepared(this.whole, this.size[1], this.size[0]);
    pen.drawImage(this.picture(size), 0, 0, this.size[1], this.size[0]);
    this.scope.caption("lens", model.header.captions.lens);
    this.glass.style.borderColor = model.colours.roles.kernel;
    this.place([model.rows.first, model.cols.first]);
  }

  picture([rows, cols]) {
    const canvas = element("canvas", "", { width: cols, height: rows });
    const image = canvas.getContext("2d").createImageData(cols, rows);
    const { overview } = this.model.arrays;
    for (let i = 0; i < rows * cols; i++) {
      image.data.set(overview.subarray(3 * i, 3 * i + 3), 4 * i);
      image.data[4 * i + 3] = 255;
    }
    canvas.getContext("2d").putImageData(image, 0, 0);
    return canvas;
  }

  press(event) {
    this.held = true;
    this.whole.setPointerCapture(event.pointerId);
    this.place(this.firstUnder(event));
  }

  release(event) {
    if (!this.held) return;
    this.held = false;
    this.scope.moveLens(this.firstUnder(event), null);
  }

  // First window of each axis if the glass is centred under the pointer.
  firstUnder(event) {
    const box = this.whole.getBoundingClientRect();
    const shares = [(event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width];
    return [this.model.rows, this.model.cols].map((axis, k) => {
      const middle = shares[k] * axis.inside + axis.before;
      return this.kept(axis, Math.round((middle - axis.size / 2) / axis.stride));
    });
  }

  kept(axis, first) {
    return Math.min(axis.total - axis.out, Math.max(0, first));
  }

  // Lay the glass over windows from `first` on.
  place(first) {
    const { rows, cols } = this.model;
    const [top, left] = [rows, cols].map((axis, k) => Math.max(0, (first[k] * axis.stride - axis.before) / axis.inside));
    const [height, width] = [rows, cols].map((axis) => Math.min(1, axis.size / axis.inside));
    const percent = (share) => `${100 * share}%`;
    Object.assign(this.glass.style, { top: percent(top), left: percent(left), height: percent(height), width: percent(width) });
  }

  // An arrow at the edge: move on by half a glass, and stay on the same cell of the picture.
  shift(by) {
    if (!this.model?.header.overview) return;
    const axes = [this.model.rows, this.model.cols];
    const first = axes.map((axis, k) => this.kept(axis, axis.first + by[k] * Math.ceil(axis.out / 2)));
    if (axes.every((axis, k) => axis.first === first[k])) return;
    const pin = this.scope.pin.map((at, k) => at + axes[k].first - first[k] + by[k]);
    this.scope.moveLens(first, pin);
  }
}
