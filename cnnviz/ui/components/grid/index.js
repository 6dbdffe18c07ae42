// An editable grid of numbers. Python owns the start values and counts revisions; between two
// revisions the texts typed here are the truth, and every valid change is sent as {revision, texts}.
const NUMBER = String.raw`(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?`;
const TYPED = new RegExp(`^([+-]?${NUMBER})(?:/([+-]?${NUMBER}))?$`);
const grids = new WeakMap();

export default function (component) {
  const { parentElement, data } = component;
  let grid = grids.get(parentElement);
  if (!grid) grids.set(parentElement, (grid = new Grid(parentElement.querySelector(".grid"))));
  grid.update(component);
  const run = (grid.run = {}); // a clean-up of an overtaken run must not stop the present one
  return () => {
    if (grid.run !== run) return;
    grid.sendNow();
    grids.delete(parentElement);
  };
}

const tidy = (text) => text.trim().replace(/[\u2212\u2012\u2013]/g, "-").replace(/\s*\/\s*/, "/");

function numberOf(text, largest) {
  const parts = tidy(text) === "" ? ["", "0"] : TYPED.exec(tidy(text));
  if (!parts) return NaN;
  const [over, under] = [parts[1], parts[2] ?? "1"].map((part) => Number(part.replace(",", ".")));
  const value = over / under;
  return Math.abs(value) <= largest ? value : NaN;
}

// A block copied from a spreadsheet (tabs), a program ([[1, 2], [3, 4]]) or a text (spaces, commas).
export function blockOf(text) {
  if (text.includes("[")) {
    const rows = text.split("]").map((row) => row.replace(/[[\n]/g, " ").replace(/^[\s,]+/, ""));
    return rows.filter((row) => row.trim()).map((row) => row.trim().split(/[\s,]+/));
  }
  const lines = text.replace(/\r/g, "").replace(/\n+$/, "").split("\n");
  return lines.map((line) => {
    if (line.includes("\t")) return line.split("\t");
    if (line.includes(";")) return line.split(";").map((cell) => cell.trim());
    const commas = (line.match(/,/g) || []).length;
    const separated = commas > 1 || (commas && line.includes(".")) || /,\s/.test(line.trim());
    return line.trim().split(separated ? /\s*,\s*/ : /\s+(?![/])(?<![/]\s*)/);
  });
}

function newCell() {
  const cell = document.createElement("input");
  return Object.assign(cell, { type: "text", inputMode: "decimal", autocomplete: "off", spellcheck: false });
}

class Grid {
  constructor(root) {
    this.root = root;
    this.cells = root.querySelector(".cells");
    this.message = root.querySelector(".message");
    this.sign = root.querySelector(".sign");
    this.sign.onpointerdown = (event) => event.preventDefault(); // keep the cell focused
    this.sign.onclick = () => this.flipSign();
    for (const button of root.querySelectorAll("[data-axis]"))
      button.onclick = () => this.resize(button.dataset.axis, Number(button.dataset.by));
    this.cells.onpaste = (event) => this.paste(event);
    this.cells.onkeydown = (event) => this.key(event);
    this.cells.oninput = (event) => this.typed(event.target, 350);
    this.cells.addEventListener("focusin", ({ target }) => this.entered(target));
    this.cells.addEventListener("focusout", ({ target }) => this.left(target));
    this.cells.onclick = ({ target }) => this.fresh && (target.select?.(), (this.fresh = false));
  }

  update({ data, setStateValue }) {
    this.setStateValue = setStateValue;
    const { revision } = this.data || {};
    this.data = data;
    if (revision !== data.revision) {
      this.texts = data.texts.map((row) => [...row]);
      this.sent = JSON.stringify(this.texts);
      clearTimeout(this.timer);
    }
    this.draw();
  }

  draw() {
    const { words, read_only, limits } = this.data;
    const [rows, cols] = [this.texts.length, this.texts[0].length];
    this.root.setAttribute("aria-label", words.label);
    this.root.style.setProperty("--cols", cols);
    this.root.classList.toggle("fixed", read_only || !limits);
    this.root.classList.toggle("read-only", read_only);
    this.sign.setAttribute("aria-label", words.sign);
    this.sign.title = words.sign;
    this.drawCells(rows, cols);
    this.drawSizes({ rows, cols });
    this.explain();
  }

  drawCells(rows, cols) {
    const shape = `${rows}x${cols}`;
    if (shape !== this.shape) {
      this.shape = shape;
      this.cells.replaceChildren(...Array.from({ length: rows * cols }, newCell));
    }
    [...this.cells.children].forEach((cell, idx) => {
      const [row, col] = (cell.at = [Math.floor(idx / cols), idx % cols]);
      cell.readOnly = this.data.read_only;
      cell.setAttribute("aria-label", fill(this.data.words.cell, { row: row + 1, col: col + 1 }));
      const keeps = cell === this.root.getRootNode().activeElement || cell.classList.contains("invalid");
      if (!keeps || this.loaded !== this.data.revision) cell.value = this.texts[row][col];
      this.mark(cell);
    });
    this.loaded = this.data.revision;
  }

  drawSizes(sizes) {
    const { words, limits } = this.data;
    for (const axis of ["rows", "cols"]) {
      const count = words[sizes[axis] === 1 ? `${axis}_one` : axis];
      this.root.querySelector(`.${axis} .count`).textContent = fill(count, { n: sizes[axis] });
      for (const button of this.root.querySelectorAll(`[data-axis=${axis}]`)) {
        const next = sizes[axis] + Number(button.dataset.by);
        button.disabled = !limits || next < limits[0] || next > limits[1];
        button.setAttribute("aria-label", words[`${axis}_${button.dataset.by > 0 ? "more" : "fewer"}`]);
      }
    }
  }

  mark(cell) {
    const value = numberOf(cell.value, this.data.largest);
    const invalid = Number.isNaN(value);
    cell.classList.toggle("invalid", invalid);
    cell.setAttribute("aria-invalid", invalid);
    cell.title = cell.value;
    const peak = Math.max(...this.texts.flat().map((text) => Math.abs(numberOf(text, Infinity)) || 0));
    const share = peak && !invalid ? Math.round((Math.abs(value) / peak) * 55) : 0;
    const colour = this.data.signs?.[value < 0 ? 0 : 1];
    cell.style.setProperty("--tint", colour && share ? `color-mix(in srgb, ${colour} ${share}%, transparent)` : "transparent");
  }

  explain() {
    const cell = this.cells.querySelector(".invalid");
    this.message.textContent = cell ? fill(this.data.words.invalid, { got: cell.value }) : "";
  }

  typed(cell, wait) {
    const [row, col] = cell.at;
    const valid = !Number.isNaN(numberOf(cell.value, this.data.largest));
    if (valid) {
      this.texts[row][col] = tidy(cell.value) || "0";
      for (const each of this.cells.children) if (each === cell || !each.matches(".invalid")) this.mark(each);
      this.explain();
      this.sendSoon(wait);
    }
  }

  entered(cell) {
    if (!cell.at) return;
    this.last = cell;
    this.fresh = true; // the click that brought the focus must not take the selection away
    cell.select();
  }

  left(cell) {
    if (!cell.at || this.data.read_only) return;
    if (tidy(cell.value) === "") cell.value = "0";
    this.typed(cell, 0);
    this.mark(cell);
    this.explain();
  }

  sendSoon(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.sendNow(), wait);
  }

  sendNow() {
    clearTimeout(this.timer);
    const texts = JSON.stringify(this.texts);
    if (texts === this.sent) return;
    this.sent = texts;
    this.setStateValue("edit", { revision: this.data.revision, texts: this.texts.map((row) => [...row]) });
  }

  resize(axis, by) {
    const rows = this.texts.length + (axis === "rows" ? by : 0);
    const cols = this.texts[0].length + (axis === "cols" ? by : 0);
    this.shapeTo(rows, cols);
    this.draw();
    this.sendSoon(200);
  }

  shapeTo(rows, cols) {
    const old = this.texts;
    this.texts = Array.from({ length: rows }, (_, row) =>
      Array.from({ length: cols }, (_, col) => old[row]?.[col] ?? "0"));
  }

  paste(event) {
    const block = blockOf((event.clipboardData || window.clipboardData).getData("text"));
    if (this.data.read_only || (block.length === 1 && block[0].length === 1)) return;
    event.preventDefault();
    const [top, left] = event.target.at;
    const most = this.data.limits?.[1] ?? 0; // a grid whose size may change grows to hold the block
    const wanted = [top + block.length, left + Math.max(...block.map((row) => row.length))];
    const now = [this.texts.length, this.texts[0].length];
    const [rows, cols] = now.map((n, idx) => Math.max(n, Math.min(wanted[idx], most)));
    this.shapeTo(rows, cols);
    event.target.value = this.texts[top][left]; // the focused cell is redrawn by hand
    this.draw();
    block.slice(0, rows - top).forEach((row, down) => row.slice(0, cols - left).forEach((text, right) => {
      const cell = this.cells.children[(top + down) * cols + left + right];
      cell.value = tidy(text) || "0";
      this.typed(cell, 0);
      this.mark(cell);
    }));
    this.explain();
    this.cells.children[top * cols + left].select();
  }

  key(event) {
    const cell = event.target;
    this.fresh = false;
    const [row, col] = cell.at;
    const all = cell.selectionEnd - cell.selectionStart === cell.value.length;
    const atStart = all || cell.selectionEnd === 0;
    const atEnd = all || cell.selectionStart === cell.value.length;
    const moves = {
      ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: event.shiftKey ? [-1, 0] : [1, 0],
      ArrowLeft: atStart && [0, -1], ArrowRight: atEnd && [0, 1],
    };
    if (event.key === "Escape") {
      cell.value = this.texts[row][col];
      this.mark(cell);
      this.explain();
      return cell.select();
    }
    const move = !event.altKey && !event.ctrlKey && !event.metaKey && !event.isComposing && moves[event.key];
    if (!move || (event.shiftKey && event.key !== "Enter")) return;
    event.preventDefault();
    const next = [row + move[0], col + move[1]];
    if (next[0] < 0 || next[1] < 0 || next[0] >= this.texts.length || next[1] >= this.texts[0].length)
      return this.left(cell);
    this.cells.children[next[0] * this.texts[0].length + next[1]].focus();
  }

  flipSign() {
    if (!this.last?.isConnected || this.data.read_only) return;
    const text = tidy(this.last.value);
    this.last.value = text.startsWith("-") ? text.slice(1) : `-${text.replace(/^\+/, "")}`;
    this.typed(this.last, 350);
    this.last.focus();
  }
}

function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
