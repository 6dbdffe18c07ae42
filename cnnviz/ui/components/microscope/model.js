// The decoded scene with the questions that the views ask of it. Products and their sums are made here,
// in double precision, from the numbers that Python sent; totals and outputs are Python's own.

export class Model {
  constructor({ header, arrays }) {
    Object.assign(this, { header, arrays });
    ({ kind: this.kind, rows: this.rows, cols: this.cols, channels: this.channels, texts: this.texts } = header);
    this.plane = this.rows.size * this.cols.size;
    this.steps = this.rows.out * this.cols.out;
    this.taps = this.rows.kernel * this.cols.kernel;
    this.colours = new Colours(header, arrays);
    this.scales = {};
    for (const [name, range] of Object.entries(header.scales)) this.scales[name] = this.colours.scale(range);
    this.decimals = { input: decimalsFor(arrays.input), output: decimalsFor(this.shown) };
    if (this.kind === "conv") this.setProducts();
  }

  setProducts() {
    const { input, kernel } = this.scales;
    const peak = input.high * kernel.high;
    const signed = input.low < 0 || kernel.low < 0;
    this.scales.product = { name: signed ? "signed" : "positive", low: signed ? -peak : 0, high: peak };
    this.decimals.kernel = decimalsFor(this.arrays.kernel);
    const { input: x, kernel: w } = this.decimals;
    const exactly = x < 0 || w < 0 ? 9 : x + w; // decimals that a product of short numbers can have
    const three = decimalsFor([peak * 1.000001]);
    this.decimals.product = three < 0 ? three : Math.min(exactly, 4, three === 0 ? 3 : three + 1);
  }

  // What the output grid shows: after the activation where there is one.
  get shown() {
    return this.arrays.after ?? this.arrays.output;
  }

  get peak() {
    return this.scales.output.high;
  }

  channel(index) {
    return this.arrays.input.subarray(index * this.plane, (index + 1) * this.plane);
  }

  kernel(index) {
    return this.arrays.kernel.subarray(index * this.taps, (index + 1) * this.taps);
  }

  // Every tap of window [row, col] in reading order: {i, j, tap, r, c, padding}.
  window([row, col]) {
    const [down, right] = [cellsUnder(this.rows, row), cellsUnder(this.cols, col)];
    const taps = [];
    down.forEach((r, i) =>
      right.forEach((c, j) =>
        taps.push({ i, j, tap: i * this.cols.kernel + j, r, c, padding: isPadding(this.rows, r) || isPadding(this.cols, c) }),
      ),
    );
    return taps;
  }

  value(channel, { r, c }) {
    return this.arrays.input.at(channel * this.plane + r * this.cols.size + c);
  }

  weight(channel, { tap }) {
    return this.arrays.kernel[channel * this.taps + tap];
  }

  channelSum(channel, taps) {
    let sum = 0;
    for (const tap of taps) sum += this.value(channel, tap) * this.weight(channel, tap);
    return sum;
  }

  pixel(at) {
    return stepOf(this.cols, at);
  }

  // Row and column in the whole output or input, from 0; in the padding before, below 0.
  outputPlace([row, col]) {
    return { row: this.rows.first + row, col: this.cols.first + col };
  }

  inputPlace([row, col]) {
    return { row: this.rows.at + row, col: this.cols.at + col };
  }

  isPadding([row, col]) {
    return isPadding(this.rows, row) || isPadding(this.cols, col);
  }

  name(channel) {
    return this.header.names?.[channel] ?? String(channel + 1);
  }

  label(channel) {
    return fill(this.texts.channel, { name: this.name(channel) });
  }

  // Every output cell that an input cell feeds, and through which tap: {r, c, i, j}.
  fed([row, col]) {
    const { rows, cols } = this;
    const across = windowsOver(cols, col);
    return windowsOver(rows, row).flatMap(([r, i]) => across.map(([c, j]) => ({ r, c, i, j })));
  }
}
