// The working of one cell of a convolution: a card a channel with every product, their sums, bias, total.
const TILES = [58, 52, 46, 42, 38, 34, 30, 26, 22, 18, 14, 10];
// What stands in a tile, line by line, by how much room there is: input x, weight w, product p.
const LINES = {
  pair: [
    { text: (x, w) => `${x} × ${w}`, at: 0.3, size: 11 },
    { text: (x, w, p) => p, at: 0.68, size: 14, bold: true },
  ],
  stack: [
    { text: (x) => x, at: 0.2, size: 10.5 },
    { text: (x, w) => `×${w}`, at: 0.46, size: 10.5 },
    { text: (x, w, p) => p, at: 0.78, size: 12, bold: true },
  ],
  product: [{ text: (x, w, p) => p, at: 0.52, bold: true }],
  colour: [],
};
const OPERATOR = 26; // px between two cards
const MOST_CARD = 430; // px across the products of one channel
const END = 250; // px for bias, equals and total; half as much again for an activation

export class Working {
  constructor(root, scope) {
    this.scope = scope;
    this.chain = root.querySelector(".chain");
    this.pager = root.querySelector(".pager");
    this.strip = root.querySelector(".strip");
    this.count = this.pager.querySelector("span");
    this.page = 0;
    for (const button of this.pager.querySelectorAll("button"))
      button.onclick = () => this.turn(this.page + Number(button.dataset.by));
    this.strip.onpointermove = (event) => this.onStrip(event, false);
    this.strip.onpointerleave = () => this.scope.tell("");
    this.strip.onclick = (event) => this.onStrip(event, true);
  }

  get pages() {
    return Math.ceil(this.model.channels / this.perPage);
  }

  // Build cards for the width there is; called when data or width change.
  build(model, theme, width) {
    Object.assign(this, { model, theme, width });
    this.chain.replaceChildren();
    this.place = this.chain;
    this.pager.hidden = true;
    if (model.kind === "conv") this.buildConv();
    this.end();
  }

  buildConv() {
    const { model, width } = this;
    this.fit(width);
    this.page = Math.min(this.page, this.pages - 1);
    this.pager.hidden = this.pages < 2;
    for (const button of this.pager.querySelectorAll("button")) {
      button.disabled = this.page + Number(button.dataset.by) < 0 || this.page + Number(button.dataset.by) >= this.pages;
      const word = model.texts[Number(button.dataset.by) < 0 ? "channels_before" : "channels_after"];
      Object.assign(button, { title: word, ariaLabel: word, textContent: Number(button.dataset.by) < 0 ? "‹" : "›" });
    }
    this.cards = [];
    const first = this.page * this.perPage;
    const last = Math.min(model.channels, first + this.perPage);
    const shown = model.texts[last > first + 1 ? "channels_shown" : "channel_shown"];
    this.count.textContent = fill(shown, { first: first + 1, last, all: model.channels });
    for (let channel = first; channel < last; channel++) {
      if (channel > first) this.operator("+");
      this.cards.push(this.card(channel));
    }
  }

  // The largest tiles with which three cards (or all) stand side by side, before the result or above it;
  // where tiles would get too small to read, fewer cards a page.
  fit(width) {
    const { model } = this;
    const wanted = Math.min(model.channels, 3);
    const beside = width - END * (model.arrays.after ? 1.5 : 1);
    const most = Math.max(TILES.at(-1), MOST_CARD / model.cols.kernel);
    const cardOf = (tile) => Math.max(tile * model.cols.kernel, 64) + 22 + OPERATOR;
    const fits = (tile, room) => (tile <= most ? Math.floor((room + OPERATOR) / cardOf(tile)) : 0);
    const tries = [[beside, wanted, 42], [width, wanted, 30], [width, 2, 42], [width, 1, 0]];
    const [tile, room] = tries
      .map(([room, count, least]) => [TILES.find((size) => size >= least && fits(size, room) >= Math.min(count, wanted)), room])
      .find(([size]) => size) ?? [TILES.at(-1), width];
    this.tile = tile;
    this.perPage = Math.max(1, Math.min(model.channels, fits(tile, room)));
    this.mode = this.modeFor(tile);
    this.tileHeight = { pair: Math.max(36, tile * 0.72), stack: 48, product: Math.max(18, tile * 0.62), colour: tile }[this.mode];
  }

  modeFor(tile) {
    const pen = this.strip.getContext("2d");
    pen.font = `11px ${this.theme.font}`;
    const { decimals, scales } = this.model;
    const text = (scale, places) => fixed(-Math.abs(scale.low || scale.high), places);
    const wide = (string) => pen.measureText(string).width;
    const [x, w, p] = ["input", "kernel", "product"].map((name) => {
      const shown = text(scales[name], decimals[name]);
      return scales[name].low < 0 ? shown : shown.slice(1);
    });
    if (wide(`${x} × ${w}`) <= tile - 6 && wide(p) * 1.3 <= tile - 4) return "pair";
    if (Math.max(wide(x), wide(`×${w}`), wide(p) * 1.1) <= tile - 4) return "stack";
    return wide(p) <= tile - 2 ? "product" : "colour";
  }

  card(channel) {
    const { model, tile, tileHeight } = this;
    const box = element("div", "card");
    const head = element("button", "card-head", { type: "button" });
    const thumb = element("canvas", "thumb");
    if (model.channels > 1) head.append(thumb);
    head.append(element("span", "", { textContent: model.channels > 1 ? model.label(channel) : model.texts.products }));
    head.title = fill(model.texts.show_channel, { name: model.name(channel) });
    head.onclick = () => this.scope.focusOn(channel);
    head.disabled = model.channels === 1;
    const tiles = element("canvas", "tiles", { role: "img", ariaLabel: model.texts.products });
    const sum = element("p", "sum", { title: model.texts.sum_title });
    box.append(head, tiles, sum);
    this.chain.append(box);
    const size = [tile * model.cols.kernel, tileHeight * model.rows.kernel];
    const item = { channel, box, thumb, tiles, sum, size, picture: null };
    tiles.onpointermove = (event) => this.scope.overWeight(this.tapUnder(event, item), channel);
    tiles.onpointerleave = () => this.scope.leave();
    return item;
  }

  tapUnder(event, { tiles }) {
    const box = tiles.getBoundingClientRect();
    const { rows, cols } = this.model;
    const at = (share, count) => Math.min(count - 1, Math.max(0, Math.floor(share * count)));
    return [at((event.clientY - box.top) / box.height, rows.kernel), at((event.clientX - box.left) / box.width, cols.kernel)];
  }

  operator(text) {
    return this.place.appendChild(element("span", "operator", { textContent: text }));
  }

  chip(kind, label) {
    const box = element("div", `chip ${kind}`);
    const value = element("b", "value");
    const small = element("small", "exact");
    box.append(element("span", "label", { textContent: label }), value, small);
    this.place.append(box);
    return { box, value, small };
  }

  end() {
    const { model } = this;
    const { texts } = model;
    this.chips = {};
    this.place = this.chain.appendChild(element("div", "result")); // wraps as a whole
    if (model.kind === "conv") {
      if (this.perPage < model.channels) {
        this.operator("+");
        this.chips.others = this.chip("others", fill(texts.other_channels, { count: model.channels - this.cards.length }));
      }
      this.operator("+");
      this.chips.bias = this.chip("bias", texts.bias);
    } else this.place.append((this.line = element("p", "formula inline")));
    this.equalSign = this.operator("=");
    this.chips.total = this.chip("total", model.kind === "conv" ? texts.total : texts[`result_${model.kind}`]);
    if (model.arrays.after) {
      this.operator("→");
      this.chips.after = this.chip("after", texts[`name_${model.header.activation}`]);
    }
  }

  // Show the numbers of the window at `at`; `tap` is the kernel cell under the pointer.
  update(at, { hidden, tap, focus }) {
    const { model } = this;
    const index = model.pixel(at);
    if (model.kind === "conv") {
      const taps = model.window(at);
      const sums = Array.from({ length: model.channels }, (_, channel) => model.channelSum(channel, taps));
      for (const card of this.cards) this.drawCard(card, taps, sums[card.channel], { hidden, tap, focus });
      const here = this.cards.reduce((sum, card) => sum + sums[card.channel], 0);
      if (this.chips.others) this.put(this.chips.others, sums.reduce((a, b) => a + b, 0) - here, { hidden });
      this.put(this.chips.bias, model.header.bias, {});
      if (!this.pager.hidden) this.drawStrip(sums, hidden);
    }
    const total = model.arrays.output[index];
    this.put(this.chips.total, total, { hidden, digits: 6, exactly: true });
    if (model.kind !== "conv") this.line.innerHTML = formula(model, at, 0, hidden);
    this.equalSign.textContent = hidden ? "=" : equals(total, short(total, 6));
    if (this.chips.after) this.put(this.chips.after, model.arrays.after[index], { hidden, digits: 6 });
  }

  put({ box, value, small }, number, { hidden = false, digits = 5, exactly = false }) {
    const text = hidden ? "?" : short(number, digits);
    value.textContent = text;
    box.title = hidden ? "" : exact(number);
    if (exactly) box.dataset.exact = hidden ? "" : String(number);
    small.textContent = exactly && !hidden && exact(number) !== text ? exact(number) : "";
  }

  drawCard(card, taps, sum, { hidden, tap, focus }) {
    card.box.classList.toggle("focus", card.channel === focus && this.model.channels > 1);
    card.sum.innerHTML = `<span>Σ</span> <b>${hidden ? "?" : short(sum, 5)}</b>`;
    card.sum.dataset.exact = hidden ? "" : String(sum);
    if (this.model.channels > 1) this.drawThumb(card, taps);
    const { tile, tileHeight, model } = this;
    const pen = prepared(card.tiles, ...card.size);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    for (const each of taps) this.fillTile(pen, card.channel, each, hidden);
    for (const line of LINES[this.mode]) this.writeLine(pen, card.channel, taps, line, hidden);
    if (!tap) return;
    pen.strokeStyle = model.colours.roles.kernel;
    pen.lineWidth = 2.5;
    pen.strokeRect(tap[1] * tile + 1.5, tap[0] * tileHeight + 1.5, tile - 3, tileHeight - 3);
  }

  fillTile(pen, channel, tap, hidden) {
    const { model, tile, tileHeight, theme } = this;
    const product = model.value(channel, tap) * model.weight(channel, tap);
    const [left, top] = [tap.j * tile, tap.i * tileHeight];
    pen.fillStyle = hidden ? theme.secondary : model.colours.css(model.scales.product, product);
    pen.fillRect(left + 0.5, top + 0.5, tile - 1, tileHeight - 1);
    if (tap.padding) this.markPadding(pen, left, top);
  }

  // One line of every tile: setting a font is dear, so it is set once.
  writeLine(pen, channel, taps, { text, at, size, bold }, hidden) {
    const { model, tile, tileHeight, theme } = this;
    const { decimals, scales, colours } = model;
    pen.font = `${bold ? 600 : 400} ${size ?? Math.min(12, tile * 0.36)}px ${theme.font}`;
    pen.globalAlpha = bold ? 1 : 0.82;
    for (const tap of taps) {
      const [x, w] = [model.value(channel, tap), model.weight(channel, tap)];
      pen.fillStyle = hidden ? theme.text : colours.ink(scales.product, x * w);
      const product = hidden ? "?" : fixed(x * w, decimals.product);
      const written = text(fixed(x, decimals.input), fixed(w, decimals.kernel), product);
      pen.fillText(written, (tap.j + 0.5) * tile, (tap.i + at) * tileHeight);
    }
    pen.globalAlpha = 1;
  }

  markPadding(pen, left, top) {
    const { tile, tileHeight, model } = this;
    this.dots ??= pattern(pen, "dots", model.colours.roles.padding);
    pen.fillStyle = this.dots;
    pen.globalAlpha = 0.55;
    pen.fillRect(left + 0.5, top + 0.5, tile - 1, tileHeight - 1);
    pen.globalAlpha = 1;
  }

  drawThumb(card, taps) {
    const { model } = this;
    const { rows, cols } = model;
    const scale = Math.min(44 / rows.size, 44 / cols.size);
    const [height, width] = [rows.size * scale, cols.size * scale];
    card.picture ??= model.colours.picture(model.channel(card.channel), rows.size, cols.size, model.scales.input);
    const pen = prepared(card.thumb, width, height);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(card.picture, 0, 0, width, height);
    const [from, to] = [taps[0], taps.at(-1)];
    pen.strokeStyle = model.colours.roles.kernel;
    pen.lineWidth = 2;
    pen.strokeRect(from.c * scale, from.r * scale, Math.max(2, (to.c - from.c + 1) * scale), Math.max(2, (to.r - from.r + 1) * scale));
  }

  drawStrip(sums, hidden) {
    const { model, theme } = this;
    const width = Math.min(16, Math.max(4, Math.floor((this.width - 230) / sums.length)));
    const peak = Math.max(...sums.map(Math.abs)) || 1;
    const scale = { name: "signed", low: -peak, high: peak };
    this.sums = sums;
    const pen = prepared(this.strip, width * sums.length, 22);
    sums.forEach((sum, k) => {
      pen.fillStyle = hidden ? theme.secondary : model.colours.css(scale, sum);
      pen.fillRect(k * width, 2, width - 1, 18);
    });
    pen.strokeStyle = theme.text;
    pen.lineWidth = 1.5;
    pen.strokeRect(this.cards[0].channel * width - 0.5, 1, this.cards.length * width, 20);
  }

  onStrip(event, chosen) {
    const box = this.strip.getBoundingClientRect();
    const { channels, texts } = this.model;
    const share = (event.clientX - box.left) / box.width;
    const channel = Math.min(channels - 1, Math.max(0, Math.floor(share * channels)));
    const sum = this.scope.hidden ? "?" : short(this.sums[channel], 5);
    this.scope.tell(fill(texts.channel_sum, { name: this.model.name(channel), sum }));
    if (chosen) this.scope.focusOn(channel);
  }

  turn(page) {
    this.page = Math.min(this.pages - 1, Math.max(0, page));
    this.scope.focusOn(this.page * this.perPage);
  }

  // Turn to the page that shows `channel`.
  reveal(channel) {
    this.page = Math.floor(channel / (this.perPage || 1));
  }
}

export function element(tag, className = "", properties = {}) {
  const made = document.createElement(tag);
  made.className = className;
  return Object.assign(made, properties);
}
