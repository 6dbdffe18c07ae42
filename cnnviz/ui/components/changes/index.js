// Maps before and after an operation under each other, layer by layer. Nothing is sent until a unit is opened.
const views = new WeakMap();

export default function (component) {
  const { parentElement } = component;
  let view = views.get(parentElement);
  if (!view) views.set(parentElement, (view = new Changes(parentElement.querySelector(".changes"))));
  view.receive(component);
  const run = (view.run = {}); // a clean-up of an overtaken run must not stop the present one
  return () => {
    if (view.run !== run) return;
    view.resizes.disconnect();
    views.delete(parentElement);
  };
}

class Changes {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    this.table = this.find(".table");
    this.select = this.find("select");
    this.select.onchange = () => this.build();
    this.table.onpointermove = (event) => this.point(event);
    this.table.onpointerdown = (event) => this.point(event);
    this.table.onpointerleave = () => this.show(null);
    this.table.onclick = (event) => this.open(this.under(event));
    this.table.onkeydown = (event) => this.key(event);
    this.table.addEventListener("focusin", (event) => event.target.matches(":focus-visible") && this.show(this.under(event)));
    this.table.addEventListener("focusout", () => this.show(null));
    this.resizes = new ResizeObserver(() => this.scene && Math.floor(root.clientWidth) !== this.width && this.build());
    this.resizes.observe(root);
  }

  receive({ data, setTriggerValue }) {
    this.send = (value) => setTriggerValue("open", value);
    if (this.bytes && this.bytes.length === data.length && this.bytes.every((byte, k) => byte === data[k])) return;
    this.bytes = data;
    const { header, arrays } = unpack(data);
    const own = (index) => Object.fromEntries(["low", "high", "size", "old", "new", ...BANDS].map((name) => [name, arrays[`${name}${index}`]]));
    this.scene = { ...header, tables: { signed: arrays.signed_table, positive: arrays.positive_table } };
    this.columns = header.columns.map((column, index) => ({ ...column, ...own(index), index }));
    this.build();
  }

  build() {
    const { scene, columns, root } = this;
    const { texts } = scene;
    this.width = Math.floor(root.clientWidth) || 700;
    const across = Math.sqrt(Number(this.select.value));
    const room = (this.width - 350) / Math.max(1, columns.length) - 14;
    root.style.setProperty("--across", across);
    root.style.setProperty("--tile", `${Math.max(across > 2 ? 22 : 28, Math.min(46, Math.floor((room - 3 * (across - 1)) / across)))}px`);
    this.find(".per span").textContent = texts.per_layer;
    this.find(".quiet").textContent = scene.quiet.length ? fill(texts.quiet, { layers: scene.quiet.join(", ") }) : "";
    this.find(".hint").textContent = texts.about;
    this.table.setAttribute("aria-label", texts.stage);
    const heads = BANDS.map((band) => node("div", { className: `band ${band}`, textContent: texts[band] }));
    const corner = node("div", { className: "corner" }, node("span", { textContent: texts.changed }), node("span", { textContent: texts.share }));
    this.table.replaceChildren(corner, ...heads, ...columns.flatMap((column) => this.column(column)));
    this.find(".answer").replaceChildren(...this.classes());
    const first = this.table.querySelector("button");
    if (first) first.tabIndex = 0;
    this.show(null);
    root.dataset.columns = columns.map(({ name }) => name).join(" ");
  }

  column(column) {
    const head = node("div", { className: "head", title: `${column.name}: ${column.title}` });
    head.style.setProperty("--kind", this.scene.kinds[column.kind] ?? this.scene.kinds.input);
    const { texts } = this.scene;
    const share = column.share === null ? "∞" : percent(column.share);
    const bar = node("i");
    bar.style.setProperty("--share", Math.min(1, column.share ?? 1));
    head.append(
      node("b", { textContent: column.name }),
      node("span", {}, node("small", { textContent: `${texts.changed} ` }), fill(texts.count, column)),
      node("span", {}, node("small", { textContent: `${texts.share} ` }), share),
      bar,
    );
    const shown = column.vector ? [0] : column.shown.slice(0, Number(this.select.value)).map((_, k) => k);
    return [head, ...BANDS.map((band) => node("div", { className: `tiles ${band}${column.vector ? " vector" : ""}` }, ...shown.map((k) => this.tile(column, band, k))))];
  }

  // The operated band's tiles are buttons; the others light up with them.
  tile(column, band, k) {
    const canvas = paintMap(node("canvas"), this.scene, column, band, k);
    const tile = node(band === "after" ? "button" : "span", { className: "tile" }, canvas);
    Object.assign(tile.dataset, { column: column.index, k });
    if (column.vector) {
      for (const unit of column.touched) tile.append(this.dot(column, unit));
    } else {
      tile.classList.toggle("touched", column.touched.includes(column.shown[k]));
      tile.classList.toggle("same", column.size[k] === 0);
    }
    if (band === "after") Object.assign(tile, { type: "button", tabIndex: -1, ariaLabel: this.said(column, k) });
    return tile;
  }

  dot(column, unit) {
    const frame = node("i", { className: "cell touched" });
    Object.assign(frame.style, { width: `${100 / column.cols}%`, height: `${100 / column.rows}%`, left: `${(100 * (unit % column.cols)) / column.cols}%`, top: `${(100 * Math.floor(unit / column.cols)) / column.rows}%` });
    return frame;
  }

  classes() {
    const { texts, classes } = this.scene;
    const head = node("div", { className: "head" }, node("b", { textContent: texts.answer }), node("span", { className: "key" }, node("i", { className: "old" }), texts.before, node("i", { className: "new" }), texts.after));
    const rows = classes.map((one) => {
      const row = node("li", { className: `${one.was ? "was" : ""} ${one.is ? "is" : ""}` });
      const [old, now] = ["old", "new"].map((name) => node("i", { className: name }));
      old.style.width = `${100 * one.before}%`;
      now.style.width = `${100 * one.after}%`;
      row.append(node("b", { textContent: one.label, title: one.label }), node("span", { className: "bars" }, old, now), node("span", { className: "number", textContent: `${percent(one.before)} → ${percent(one.after)}` }));
      return row;
    });
    return [head, node("ul", { className: "panel" }, ...rows)];
  }

  // [column, k, unit] at an event; of a vector the cell under the pointer tells the unit.
  under(event) {
    const tile = event.target.closest?.(".tile");
    if (!tile) return null;
    const column = this.columns[tile.dataset.column];
    const k = Number(tile.dataset.k);
    if (!column.vector) return { column, k, unit: column.shown[k] };
    const box = tile.getBoundingClientRect();
    const place = (from, side, count) => Math.min(count - 1, Math.max(0, Math.floor((from / side) * count)));
    const byKey = event.clientX === undefined || (event.type === "click" && event.detail === 0);
    const unit = byKey ? this.strongest(column) : place(event.clientY - box.top, box.height, column.rows) * column.cols + place(event.clientX - box.left, box.width, column.cols);
    return unit < column.units ? { column, k: unit, unit } : null;
  }

  strongest(column) {
    return column.size.indexOf(Math.max(...column.size));
  }

  point(event) {
    this.show(this.under(event));
  }

  open(place) {
    if (place) this.send({ layer: place.column.name, unit: place.unit });
  }

  // One unit in all three bands, large on a card with its numbers.
  show(place) {
    const key = place ? `${place.column.name} ${place.unit}` : "";
    if (key && key === this.root.dataset.focus) return;
    this.root.dataset.focus = key;
    const card = this.find(".card");
    card.classList.toggle("shown", Boolean(place));
    for (const tile of this.table.querySelectorAll(".tile.on")) tile.classList.remove("on");
    if (!place) return;
    const { column, k } = place;
    const at = column.vector ? 0 : k;
    for (const tile of this.table.querySelectorAll(`.tile[data-column="${column.index}"][data-k="${at}"]`)) tile.classList.add("on");
    this.find(".name").textContent = this.named(column, place.unit);
    this.find(".numbers").textContent = this.numbers(column, k);
    this.find(".large").replaceChildren(...BANDS.map((band) => this.enlarged(column, band, at)));
    this.place(card, column.index, at);
  }

  enlarged(column, band, k) {
    const scale = scaleOfBand(column, band, k);
    const bar = node("i");
    bar.style.background = gradientOf(this.scene, scale.name);
    const ticks = [scale.low, scale.high].map((value) => node("small", { textContent: short(value, 3) }));
    return node("figure", {}, node("figcaption", { textContent: this.scene.texts[band] }), paintMap(node("canvas"), this.scene, column, band, k), bar, node("span", {}, ...ticks));
  }

  place(card, index, k) {
    const tile = this.table.querySelector(`.tile[data-column="${index}"][data-k="${k}"]`).parentElement.getBoundingClientRect();
    const frame = this.root.getBoundingClientRect();
    const narrow = frame.width < 640;
    const below = this.table.querySelectorAll(".tiles.moved")[index].getBoundingClientRect().bottom - frame.top + 8;
    const right = tile.right - frame.left + 14;
    const left = right + card.offsetWidth <= frame.width ? right : tile.left - frame.left - card.offsetWidth - 14;
    card.style.transform = narrow ? `translate(0, ${below}px)` : `translate(${Math.max(0, left)}px, ${tile.top - frame.top - 8}px)`;
  }

  named(column, unit) {
    const text = this.scene.texts[column.vector ? "unit_element" : "unit_map"];
    return fill(text, { layer: column.name, unit: unit + 1, units: column.units });
  }

  numbers(column, k) {
    const { texts } = this.scene;
    const own = column.touched.includes(column.shown[k]) ? `${texts.touched} ` : "";
    if (column.size[k] === 0) return own + texts.same;
    const values = { before: short(column.old[k], 4), after: short(column.new[k], 4), size: short(column.size[k], 3) };
    if (column.vector) return own + fill(texts.value, values);
    return own + fill(texts.largest, { ...values, row: Math.floor(column.at[k] / column.cols), col: column.at[k] % column.cols });
  }

  said(column, k) {
    const unit = column.vector ? this.strongest(column) : k;
    return `${this.named(column, column.shown[unit])}. ${this.numbers(column, unit)}`;
  }

  // Arrows move between the units of the operated band; one of them is in the tab order.
  key(event) {
    const tiles = [...this.table.querySelectorAll("button.tile")];
    const at = tiles.indexOf(event.target);
    if (at < 0 || !event.key.startsWith("Arrow")) return;
    const own = Number(tiles[at].dataset.column);
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const next = by ? tiles[at + by] : tiles.find((tile) => Number(tile.dataset.column) === own + (event.key === "ArrowRight" ? 1 : -1));
    event.preventDefault();
    if (!next) return;
    tiles[at].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}
