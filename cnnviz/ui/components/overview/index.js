// The overview: every layer a column. Nothing is sent until a unit is opened.
const views = new WeakMap();
const FADE_MS = 320; // to a new picture
const GLOW_MS = 160; // until links are lit
const HEIGHT = 440; // px of the tallest column at zoom 1
const CARD_PX = 176; // of the enlarged map
const CARD_WIDTH = 202; // as in style.css
const MANY_COLUMNS = 15; // beyond, normalisation and dropout are hidden at first
const VERY_MANY_COLUMNS = 32; // beyond, activations too
const UNDER = 30; // px below the columns for shortcuts

export default function (component) {
  const { parentElement } = component;
  let view = views.get(parentElement);
  if (!view) views.set(parentElement, (view = new View(parentElement.querySelector(".overview"))));
  view.receive(component);
  const run = (view.run = {}); // a clean-up of an overtaken run must not stop the present one
  return () => {
    if (view.run !== run) return;
    view.stop();
    views.delete(parentElement);
  };
}

class View {
  constructor(root) {
    this.root = root;
    this.find = (selector) => root.querySelector(selector);
    [this.curves, this.tiles, this.marks] = ["curves", "tiles", "marks"].map((name) => this.find(`.${name}`));
    this.plane = this.find(".plane");
    Object.assign(this, { perLayer: 10, per: "map", zoom: 1, hidden: new Set(), firsts: new Map(), focus: null, opened: null });
    Object.assign(this, { fade: { start: 0, before: null, old: null }, glow: { start: 0, from: 0, to: 0 } });
    this.tools = new Tools(root, this);
    this.listen();
  }

  listen() {
    const { marks, plane } = this;
    marks.onpointermove = (event) => event.pointerType !== "touch" && this.point(this.under(event));
    marks.onpointerleave = () => this.point(null);
    marks.onclick = (event) => this.press(this.under(event));
    plane.onkeydown = (event) => this.key(event);
    plane.onblur = () => this.point(null);
    this.resizes = new ResizeObserver(() => this.network && Math.floor(this.root.clientWidth) !== this.width && this.build());
    this.resizes.observe(this.root);
    this.find(".probe").ontransitionend = () => this.network && this.build(); // light to dark, or back
    document.addEventListener("keydown", (this.onEscape = (event) => this.escape(event)));
    this.wanted = document.cnnvizUnit ?? null;
    document.addEventListener("cnnviz-unit", (this.onUnit = ({ detail }) => this.mark(detail)));
  }

  stop() {
    cancelAnimationFrame(this.frame);
    this.resizes.disconnect();
    this.tools.stop();
    document.removeEventListener("cnnviz-unit", this.onUnit);
    document.removeEventListener("keydown", this.onEscape);
  }

  // New data from Python, or the same again.
  receive({ data, setTriggerValue }) {
    this.send = (value) => setTriggerValue("open", value);
    this.tell = setTriggerValue;
    const last = this.bytes;
    if (last && last.length === data.length && last.every((byte, k) => byte === data[k])) return;
    this.bytes = data;
    const scene = unpack(data);
    this.message(scene.header.kind === "message" ? scene.header.text : "");
    if (scene.header.kind !== "message") this.take(new Network(scene));
  }

  message(text) {
    const line = this.find(".message");
    line.hidden = !text;
    line.textContent = text;
    this.find(".body").hidden = Boolean(text);
    if (text) this.network = null;
  }

  // Another picture fades in; another network starts afresh.
  take(network) {
    const before = this.network;
    const same = before?.form === network.form;
    if (same && !this.calm && this.sheet) this.fade = { start: performance.now(), before: this.sheet, old: before };
    if (!same) {
      Object.assign(this, { firsts: new Map(), focus: null });
      const count = network.layers.length;
      const drop = count > VERY_MANY_COLUMNS ? ["norm", "dropout", "activation"] : count > MANY_COLUMNS ? ["norm", "dropout"] : ["dropout"];
      this.hidden = new Set(network.layers.filter(({ kind }) => drop.includes(kind)).map(({ name }) => name));
    }
    this.network = network;
    if (!same || !this.plan) {
      this.build();
      return this.reveal(this.opened ?? this.placeOfBlock());
    }
    this.feet();
    this.repaint();
    this.inspect();
    this.draw();
  }

  set(changes) {
    Object.assign(this, changes);
    this.fade.before = null;
    this.build();
  }

  hide(name, away) {
    const hidden = new Set(this.hidden);
    away ? hidden.add(name) : hidden.delete(name);
    this.set({ hidden, focus: null });
  }

  // Lay out and paint everything for the width there is.
  build() {
    const style = getComputedStyle(this.root);
    const colour = (name) => style.getPropertyValue(name).trim();
    const dark = style.colorScheme === "dark" || isDark(style.getPropertyValue("--st-background-color"));
    this.theme = {
      paper: colour("--paper"), card: colour("--card"), line: mixed(style.color, colour("--paper")), text: style.color, faint: mixed(style.color, colour("--paper"), 0.66),
      primary: colour("--st-primary-color"), font: style.fontFamily, plus: dark ? SIGNS.plusDark : SIGNS.plus, minus: dark ? SIGNS.minusDark : SIGNS.minus,
    };
    this.edges = null; // measured when first needed
    this.calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.width = Math.floor(this.root.clientWidth) || 700;
    const { network } = this;
    this.visible = network.layers.map((_, at) => at).filter((at) => !this.hidden.has(network.layers[at].name));
    const columns = (this.columns = this.visible.map((at, k) => this.column(at, k)));
    const firsts = this.visible.map((at) => this.firsts.get(at) ?? this.start(network.layers[at]));
    this.plan = layoutOf(columns, firsts, { width: this.width - 2, height: HEIGHT, perLayer: this.perLayer, zoom: this.zoom, under: waysOf(this).some(isShortcut) ? UNDER : 0, large: network.layers.length > MANY_COLUMNS });
    this.ask();
    if (this.focus && !this.fits(this.focus)) this.focus = null;
    this.mark(this.wanted);
    this.heads();
    this.tools.draw();
    this.words();
    this.plane.setAttribute("aria-label", network.texts.stage);
    this.root.style.setProperty("--plus", this.theme.plus);
    this.root.style.setProperty("--minus", this.theme.minus);
    paintCurves(penOf(this.curves, this.plan.width + 2, this.plan.height), this);
    this.repaint();
    this.inspect();
    this.draw();
  }

  words() {
    const { texts, layers } = this.network;
    this.find(".about").textContent = texts[`about_${this.per}`];
    [this.find(".key span:nth-of-type(1)").textContent, this.find(".key span:nth-of-type(2)").textContent] = [texts.negative, texts.positive];
    this.find(".whole").hidden = true;
    if (this.per === "network") this.legend(".whole", scaleOf(rangeOfAll(layers)));
  }

  // Ask for the maps of a page that were not sent; once, until there is an answer.
  ask() {
    const missing = this.plan.boxes.some((box, k) => box.form === "maps" && this.network.layers[this.visible[k]].slotOf(box.first + box.count - 1) === undefined);
    if (!missing) return void (this.asked = "");
    const firsts = Object.fromEntries([...this.firsts].map(([at, first]) => [this.network.layers[at].name, first]));
    const wanted = { count: this.perLayer, firsts };
    if (this.asked === JSON.stringify(wanted)) return;
    this.asked = JSON.stringify(wanted);
    this.tell("want", wanted);
  }

  // Of hundreds of classes, the page with the first guess is shown first.
  start(layer) {
    return layer.ids ? 0 : layer.labels?.length > PER_LAYER.at(-1) ? layer.low.indexOf(Math.max(...layer.low)) : 0;
  }

  column(at, k) {
    const layer = this.network.layers[at];
    const passed = k ? this.network.layers.slice(this.visible[k - 1] + 1, at + 1) : [];
    const tight = passed.every(({ wire }) => wire === "one");
    const along = k > 0 && tight && this.network.layers[this.visible[k - 1]].units === layer.units;
    const form = this.network.formOf(layer);
    const turns = form !== "strip" && layer.units > this.perLayer && !along; // the first of those that turn together
    return { units: layer.units, form, tight, labelWidth: labelWidth(layer), turns, head: this.headWidth(layer, turns && this.network.layers[this.visible[k + 1]]?.wire !== "one") };
  }

  // About how wide name and shape of a layer are, and its page turner if it stands over no other column.
  headWidth(layer, turnsAlone) {
    const name = 7 * this.title(layer).length + (layer.fold ? 14 : 0);
    const shape = 6.6 * (layer.rows > 1 ? `${layer.rows}×${layer.cols}` : String(layer.units)).length;
    return Math.max(name, shape, turnsAlone ? 60 : 0);
  }

  title(layer) {
    return layer.name === layer.kind ? layer.title : layer.name.slice(layer.name.indexOf(".") + 1);
  }

  fits([column, unit]) {
    return column < this.plan.boxes.length && placeOf(this.plan.boxes[column], unit);
  }

  // Names, shapes and page turners above; in the scale of a layer its legend below.
  heads() {
    const { plan, visible, network } = this;
    const heads = visible.map((at, k) => this.head(network.layers[at], plan.boxes[k], this.columns[k].turns));
    this.find(".heads").replaceChildren(...heads);
    this.find(".heads").style.width = this.find(".feet").style.width = `${plan.width + 2}px`;
    this.feet();
  }

  feet() {
    const { plan, visible, network } = this;
    const feet = visible.map((at, k) => this.foot(network.layers[at], plan.boxes[k]));
    this.find(".feet").replaceChildren(...feet);
  }

  head(layer, box, turns) {
    const { texts, kinds } = this.network;
    const head = node("div", { className: "head", title: `${layer.name}: ${layer.title}` });
    head.style.left = `${box.x + box.width / 2}px`;
    head.style.setProperty("--kind", kinds[layer.kind] ?? kinds.input);
    const [units, rows, cols] = layer.shape;
    const shape = rows ? [`${rows}×${cols}`, `×${units}`] : [String(units), ""];
    head.append(this.heading(layer));
    head.append(node("span", { textContent: shape[0] }), node("span", { textContent: shape[1] }));
    head.append(turns ? this.pager(layer, box) : node("em"));
    return head;
  }

  // The name; of a block a button that unfolds it into its layers, or folds it again.
  heading(layer) {
    const textContent = this.title(layer);
    if (!layer.fold) return node("b", { textContent });
    const open = layer.fold === "open";
    const button = node("button", { type: "button", textContent: `${open ? "▾" : "▸"} ${textContent}`, title: fill(this.network.texts[open ? "fold" : "unfold"], { layer: layer.name }) });
    button.ariaLabel = button.title;
    button.ariaExpanded = String(open);
    button.onclick = () => {
      this.folding = layer.name;
      this.tell("fold", { block: open ? "" : layer.name });
    };
    return node("b", {}, button);
  }

  pager(layer, box) {
    const { texts } = this.network;
    const turn = (by, sign, name) => {
      const to = box.first + by * this.perLayer;
      const button = node("button", { type: "button", textContent: sign, title: fill(texts[name], { layer: layer.name }), disabled: to < 0 || to >= layer.units });
      button.ariaLabel = button.title;
      button.onclick = () => this.turn(layer.index, to);
      return button;
    };
    const last = box.first + box.count;
    return node("em", {}, turn(-1, "‹", "page_back"), `${box.first + 1}–${last}`, turn(1, "›", "page_on"));
  }

  turn(at, first) {
    const firsts = new Map(this.firsts).set(at, first);
    for (const other of this.network.layers.slice(at + 1)) {
      if (other.wire !== "one") break; // what belongs to the same units turns along
      firsts.set(other.index, first);
    }
    for (let k = at; k > 0 && this.network.layers[k].wire === "one"; k--) firsts.set(k - 1, first);
    this.set({ firsts, focus: null });
  }

  foot(layer, box) {
    const foot = node("div", { className: "foot" });
    foot.style.left = `${box.x + box.width / 2}px`;
    if (layer.kind === "softmax" || (this.per !== "layer" && layer.kind !== "input")) return foot;
    const scale = scaleFor(this.network.layers, layer, 0, "layer");
    const bar = node("i");
    bar.style.background = this.network.gradient(scale.name);
    bar.style.width = `${Math.min(Math.max(box.width, 34), 64)}px`;
    foot.append(bar, node("span", {}, node("small", { textContent: scale.low ? short(scale.low, 2) : "0" }), node("small", { textContent: short(scale.high, 2) })));
    return foot;
  }

  // A number on its way to its new value.
  value(layer, unit) {
    const old = this.fade.before && this.fade.old?.layers[layer.index];
    if (!old || this.share >= 1) return layer.low[unit];
    return old.low[unit] + (layer.low[unit] - old.low[unit]) * this.share;
  }

  // Tiles are painted once for a picture; a step of the fade lays the new sheet over the old one.
  repaint() {
    const { plan } = this;
    const canvas = document.createElement("canvas");
    paintTiles(penOf(canvas, plan.width + 2, plan.height), this);
    this.sheet = canvas;
    this.paint(performance.now());
  }

  paint(now) {
    const { fade, plan } = this;
    this.share = fade.before ? eased(Math.min(1, (now - fade.start) / FADE_MS)) : 1;
    if (this.share >= 1) fade.before = null;
    this.root.dataset.shown = fade.before ? "" : this.network.digest; // what is painted to the end
    const pen = penOf(this.tiles, plan.width + 2, plan.height);
    pen.save();
    pen.resetTransform();
    if (fade.before) pen.drawImage(fade.before, 0, 0);
    pen.globalAlpha = this.share;
    pen.drawImage(this.sheet, 0, 0);
    pen.restore();
    paintVectors(pen, this);
  }

  draw() {
    if (this.frame) return;
    this.frame = requestAnimationFrame((now) => {
      this.frame = 0;
      if (!this.network) return;
      whereabouts(this);
      if (this.fade.before) this.paint(now);
      const { glow } = this;
      const share = this.calm ? 1 : Math.min(1, Math.max(0, (now - glow.start) / GLOW_MS));
      const strength = glow.from + (glow.to - glow.from) * share;
      paintMarks(penOf(this.marks, this.plan.width + 2, this.plan.height), { ...this, focus: this.focus ?? this.fading }, strength);
      glow.now = strength;
      if (share < 1 || this.fade.before) this.draw();
    });
  }

  // Pointer and keys --------------------------------------------------------------------------------

  under(event) {
    const box = this.marks.getBoundingClientRect();
    return this.network && unitAt(this.plan, event.clientX - box.left, event.clientY - box.top);
  }

  point(place) {
    if (String(place) === String(this.focus)) return;
    const had = this.focus;
    this.fading = place ? null : had;
    this.focus = place;
    if (!place || !had) this.glow = { start: performance.now(), from: this.glow.now ?? 0, to: place ? 1 : 0 };
    this.marks.style.cursor = place ? "pointer" : "";
    this.inspect();
    this.draw();
  }

  press(place) {
    this.point(place);
    if (place) this.open(place);
  }

  open([column, unit]) {
    const layer = this.network.layers[this.visible[column]];
    const known = { layer: layer.name, unit: layer.ids?.[unit] ?? unit };
    this.mark(known);
    this.send(known);
  }

  // A step back: Python knows what is open, and says so through opened.js.
  close() {
    if (this.wanted) this.send({ layer: null, unit: null });
  }

  // What is open: ring it, if its column and page are in view.
  mark(unit) {
    this.wanted = unit;
    const column = this.visible?.findIndex((at) => this.network?.layers[at].name === unit?.layer) ?? -1;
    const ids = column < 0 ? null : this.network.layers[this.visible[column]].ids;
    this.opened = column < 0 ? null : [column, ids ? ids.indexOf(unit.unit) : unit.unit];
    this.root.dataset.opened = unit ? `${unit.layer} ${unit.unit}` : "";
    if (this.plan) this.draw();
  }

  key(event) {
    if (!this.network || event.ctrlKey || event.metaKey || event.altKey || event.target !== this.plane) return;
    const at = this.focus ?? this.opened ?? [0, this.plan.boxes[0].first];
    if (event.key.startsWith("Arrow")) this.point(this.focus ? neighbour(this.plan, at, event.key) : at);
    else if (event.key === "PageDown" || event.key === "PageUp") this.page(at, event.key === "PageDown" ? 1 : -1);
    else if (event.key === "Enter" || event.key === " ") this.open(at);
    else if (event.key === "+" || event.key === "-") this.tools.zoomBy(event.key === "+" ? 1 : -1);
    else return;
    event.preventDefault();
    this.reveal();
    this.saySoon();
  }

  // Anywhere on the page, unless something else takes the key: a field, a menu, a dialogue.
  escape(event) {
    const [target] = event.composedPath();
    const taken = target.closest?.("input, textarea, select, [role=dialog], [role=listbox], [data-testid=stPopoverBody]");
    if (event.key === "Escape" && !event.defaultPrevented && !taken) this.close();
  }

  page([column], by) {
    const box = this.plan.boxes[column];
    const layer = this.network.layers[this.visible[column]];
    const first = box.first + by * this.perLayer;
    if (box.form === "strip" || first < 0 || first >= layer.units) return;
    this.turn(layer.index, first);
    this.point([column, first]);
  }

  // The block that was just folded or unfolded.
  placeOfBlock() {
    const column = this.visible.findIndex((at) => this.network.layers[at].name === this.folding);
    return column < 0 ? null : [column, this.plan.boxes[column].first];
  }

  reveal(unit = this.focus) {
    const place = unit && placeOf(this.plan.boxes[unit[0]], unit[1]);
    const scroll = this.find(".scroll");
    if (!place) return;
    const [left, right] = [place[0] - 60, place[0] + place[2] + 60];
    if (left < scroll.scrollLeft) scroll.scrollLeft = left;
    else if (right > scroll.scrollLeft + scroll.clientWidth) scroll.scrollLeft = right - scroll.clientWidth;
  }

  // The unit in focus, large and with its numbers, on a card beside it; nothing else moves.
  inspect() {
    const { network, focus } = this;
    const card = this.find(".card");
    card.classList.toggle("shown", Boolean(focus));
    this.root.dataset.focus = focus ? `${network.layers[this.visible[focus[0]]].name} ${focus[1]}` : "";
    if (!focus) return;
    const layer = network.layers[this.visible[focus[0]]];
    const unit = focus[1];
    const show = (selector, text) => (card.querySelector(selector).textContent = text);
    show(".name", network.unitName(layer, unit));
    show(".range", this.numbers(layer, unit));
    show(".from", this.sources(layer, unit));
    this.enlarge(layer, unit);
    this.placeCard(card);
  }

  // What curves join a unit to lies left of it, so the card stands on its right, or left of its sources.
  placeCard(card) {
    const { plan, focus } = this;
    const scroll = this.find(".scroll");
    this.edges ??= { left: scroll.offsetLeft, top: scroll.offsetTop, height: scroll.offsetHeight, stack: this.find(".stack").offsetTop };
    const frame = this.edges;
    const place = placeOf(plan.boxes[focus[0]], focus[1]);
    const start = frame.left - scroll.scrollLeft;
    const right = start + plan.boxes[focus[0]].x + plan.boxes[focus[0]].width + 26;
    const sources = plan.boxes[Math.max(0, focus[0] - 1)].x;
    const fits = right + CARD_WIDTH <= this.width;
    const left = fits ? right : Math.max(0, start + sources - CARD_WIDTH - 26);
    const tall = card.offsetHeight;
    const top = frame.top + frame.stack + place[1] + place[3] / 2 - tall / 2;
    const bottom = frame.top + frame.height - tall;
    card.style.transform = `translate(${Math.round(left)}px, ${Math.round(Math.min(Math.max(top, frame.top), bottom))}px)`;
  }

  numbers(layer, unit) {
    const { texts } = this.network;
    if (layer.kind === "softmax") return fill(texts.probability, { value: percent(layer.low[unit]) });
    const [low, high] = [short(layer.low[unit], 4), short(layer.high[unit], 4)];
    if (layer.shape.length === 1) return fill(texts.value, { value: low });
    return fill(texts.range, { rows: layer.rows, cols: layer.cols, low, high });
  }

  // The input that a unit weighs most.
  sources(layer, unit) {
    const { layers, texts } = this.network;
    const links = layer.linksOf?.(unit);
    if (!links) return texts[`wire_${layer.kind}`] ?? "";
    const before = layers[sourcesOf(layers, layer.index)[0].at];
    const [best] = links.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
    return fill(texts[layer.kind === "conv" ? "strongest_conv" : "strongest_dense"], { source: this.network.unitName(before, best.unit), weight: short(layer.strength(best.weight), 2) });
  }

  enlarge(layer, unit) {
    const canvas = this.find(".large");
    const scale = scaleFor(this.network.layers, layer, unit, this.per === "map" && !layer.bytes ? "layer" : this.per);
    const here = layer.bytes && layer.slotOf(unit) !== undefined;
    canvas.hidden = !here;
    this.legend(".card .legend", scale);
    if (!here) return;
    const [width, side] = [CARD_PX, CARD_PX / Math.max(layer.rows, layer.cols)];
    const pen = penOf(canvas, width, layer.rows * side);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(this.network.sheet(layer, unit, 1, () => scale), 0, 0, layer.cols * side, layer.rows * side);
  }

  legend(selector, scale) {
    const legend = this.find(selector);
    legend.hidden = false;
    legend.querySelector("i").style.background = this.network.gradient(scale.name);
    const ticks = [scale.low, (scale.low + scale.high) / 2, scale.high].map((value) => node("b", { textContent: short(value, 3) }));
    legend.querySelector("span").replaceChildren(...ticks);
  }

  saySoon() {
    clearTimeout(this.sayTimer);
    this.sayTimer = setTimeout(() => {
      if (this.focus) this.find(".say").textContent = [...this.root.querySelectorAll(".card p")].map((line) => line.textContent).join(" ");
    }, 250);
  }
}

// Room for the longest name and a number beside it.
function labelWidth({ labels = [] }) {
  const longest = Math.max(...labels.map((label) => [...label].reduce((sum, letter) => sum + (letter > "\u1100" ? 13 : 7.5), 0)), 0);
  return Math.min(132, Math.max(86, longest + 54));
}

function eased(share) {
  return 1 - (1 - share) ** 3;
}

function isDark(colour) {
  const parts = colour.match(/^#(..)(..)(..)/)?.slice(1).map((part) => parseInt(part, 16));
  return parts ? parts[0] + parts[1] + parts[2] < 300 : false;
}

// A colour between ink and paper that canvas understands.
function mixed(ink, paper, share = 0.24) {
  return `color-mix(in srgb, ${ink} ${share * 100}%, ${paper})`;
}
