// Small pictures to choose one from. They arrive as one sheet, tile beside tile; a click or Enter sends
// {pick: number of the tile}. Arrow keys move; only one tile is in the tab order.
const galleries = new WeakMap();

export default function (component) {
  const { parentElement } = component;
  let gallery = galleries.get(parentElement);
  if (!gallery) galleries.set(parentElement, (gallery = new Gallery(parentElement.querySelector(".gallery"))));
  gallery.update(component);
}

class Gallery {
  constructor(root) {
    this.root = root;
    root.onclick = (event) => this.pick(event.target.closest("button"));
    root.onkeydown = (event) => this.key(event);
  }

  update({ data, setTriggerValue }) {
    const same = this.data?.sheet === data.sheet && this.data.names.join() === data.names.join();
    Object.assign(this, { data, setTriggerValue });
    this.root.setAttribute("aria-label", data.label);
    this.root.style.setProperty("--tile", `${data.tile_px}px`);
    if (!same) this.root.replaceChildren(...data.names.map((name, idx) => this.tile(name, idx)));
    this.mark(data.selected);
    if (!same) this.tiles[Math.max(data.selected ?? 0, 0)]?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  get tiles() {
    return [...this.root.children];
  }

  tile(name, idx) {
    const button = document.createElement("button");
    const picture = document.createElement("span");
    picture.className = "picture";
    picture.style.backgroundImage = `url(${this.data.sheet})`;
    picture.style.backgroundPosition = `${-idx * this.data.tile_px}px 0`;
    button.append(picture);
    button.title = name;
    button.setAttribute("aria-label", name);
    if (this.data.captions) button.append(Object.assign(document.createElement("span"), { className: "caption", textContent: name }));
    Object.assign(button, { type: "button", role: "option" });
    return button;
  }

  mark(selected) {
    this.tiles.forEach((tile, idx) => {
      tile.setAttribute("aria-selected", idx === selected);
      tile.tabIndex = idx === Math.max(selected ?? 0, 0) ? 0 : -1;
    });
  }

  pick(tile) {
    if (!tile) return;
    const idx = this.tiles.indexOf(tile);
    this.mark(idx); // at once; Python confirms
    this.setTriggerValue("pick", idx);
  }

  key(event) {
    const here = this.tiles.indexOf(event.target.closest("button"));
    const perRow = this.tiles.filter((tile) => tile.offsetTop === this.tiles[0].offsetTop).length;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: perRow, ArrowUp: -perRow }[event.key];
    const next = { Home: this.tiles[0], End: this.tiles.at(-1) }[event.key] ?? (step && this.tiles[here + step]);
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
}
