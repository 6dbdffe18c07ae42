// The controls above the view: maps per layer, colour scale, which layers, zoom.
const PER_LAYER = [10, 16, 32, 64];
const SCALES = ["map", "layer", "network"];
const ZOOMS = [1, 1.25, 1.6, 2, 2.5, 3.2];

function node(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

class Tools {
  constructor(root, view) {
    this.root = root;
    this.view = view;
    this.find = (selector) => root.querySelector(selector);
    this.per = this.find(".per select");
    this.scale = this.find(".scale select");
    for (const count of PER_LAYER) this.per.append(node("option", { value: count, textContent: count }));
    for (const scale of SCALES) this.scale.append(node("option", { value: scale }));
    this.per.onchange = () => view.set({ perLayer: Number(this.per.value), firsts: new Map() });
    this.scale.onchange = () => view.set({ per: this.scale.value });
    for (const button of root.querySelectorAll(".zoom button")) button.onclick = () => this.zoomBy(Number(button.dataset.by));
    this.menu = this.find(".layers");
    document.addEventListener("pointerdown", (this.shut = (event) => event.composedPath().includes(this.menu) || (this.menu.open = false)));
  }

  stop() {
    document.removeEventListener("pointerdown", this.shut);
  }

  zoomBy(by) {
    const at = Math.min(ZOOMS.length - 1, Math.max(0, ZOOMS.indexOf(this.view.zoom) + by));
    this.view.set({ zoom: ZOOMS[at] });
  }

  // Words and states for the network in view.
  draw() {
    const { texts } = this.view.network;
    this.find(".per span").textContent = texts.per_layer;
    this.find(".scale span").textContent = texts.scale;
    this.find(".layers summary").textContent = texts.layers;
    this.find(".zoom").ariaLabel = texts.zoom;
    this.find(".zoom output").textContent = `${Math.round(this.view.zoom * 100)} %`;
    const buttons = this.root.querySelectorAll(".zoom button");
    ["zoom_out", "zoom_in"].forEach((name, k) => (buttons[k].title = buttons[k].ariaLabel = texts[name]));
    buttons[0].disabled = this.view.zoom === ZOOMS[0];
    buttons[1].disabled = this.view.zoom === ZOOMS.at(-1);
    for (const option of this.scale.options) option.textContent = texts[`scale_${option.value}`];
    this.per.value = this.view.perLayer;
    this.scale.value = this.view.per;
    this.drawMenu();
  }

  drawMenu() {
    const { network, hidden } = this.view;
    const line = (layer) => {
      const box = node("input", { type: "checkbox", checked: !hidden.has(layer.name) });
      box.onchange = () => this.view.hide(layer.name, !box.checked);
      const mark = node("i");
      mark.style.background = network.kinds[layer.kind] ?? network.kinds.input;
      return node("label", {}, box, mark, `${layer.name}`, node("small", { textContent: layer.title }));
    };
    const all = node("button", { type: "button", textContent: network.texts.show_all, onclick: () => this.view.set({ hidden: new Set() }) });
    this.find(".menu").replaceChildren(...network.layers.slice(1, -1).map(line), all);
  }
}
