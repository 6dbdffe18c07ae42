// Predict first: the output's size, then its cells, are asked for before they are shown.
export class Predict {
  constructor(root, scope) {
    this.scope = scope;
    this.on = false;
    this.sizeForm = root.querySelector(".size-question");
    this.cellForm = root.querySelector(".question");
    this.scoreLine = root.querySelector(".score");
    this.switch = root.querySelector(".predict input");
    this.switch.onchange = () => this.toggle(this.switch.checked);
    for (const form of [this.sizeForm, this.cellForm]) form.onkeydown = (event) => event.stopPropagation();
    this.score = { right: 0, wrong: 0 };
  }

  // New numbers: what was revealed of the old ones says nothing about them.
  start(model, fresh) {
    this.model = model;
    if (fresh) {
      this.revealed = new Set();
      this.sizeKnown = model.kind === "activation";
      this.verdict = "";
    }
    const known = model.header.score ?? { right: 0, wrong: 0 };
    if (known.right + known.wrong >= this.score.right + this.score.wrong) this.score = { ...known };
    this.showScore();
  }

  toggle(on) {
    this.on = on;
    this.revealed = new Set();
    this.sizeKnown = this.model.kind === "activation";
    this.verdict = "";
    this.scope.pause();
    this.scope.build();
  }

  hides(step) {
    return this.on && !this.revealed.has(step);
  }

  get asksSize() {
    return this.on && !this.sizeKnown;
  }

  // Draw the questions that are open now.
  draw(at) {
    const { texts } = this.model;
    this.sizeForm.hidden = !this.asksSize;
    if (this.asksSize && !this.sizeForm.firstChild) this.askSize(texts);
    if (!this.asksSize) this.sizeForm.replaceChildren();
    this.cellForm.hidden = !this.on || this.asksSize;
    if (!this.cellForm.hidden) this.askCell(this.model.pixel(at), texts);
    this.showScore();
  }

  askSize(texts) {
    this.sizeForm.innerHTML = `<p>${texts.ask_size}</p><label>${texts.rows} <input inputmode="numeric" autocomplete="off" size="3"></label>
      <span>×</span><label>${texts.cols} <input inputmode="numeric" autocomplete="off" size="3"></label><button>${texts.check}</button>`;
    this.sizeForm.onsubmit = (event) => {
      event.preventDefault();
      const [rows, cols] = [...this.sizeForm.querySelectorAll("input")].map((input) => typed(input.value));
      const { rows: down, cols: across } = this.model;
      if (Number.isNaN(rows) || Number.isNaN(cols)) return;
      const right = rows === down.total && cols === across.total;
      this.sizeKnown = true;
      const formula = [[texts.rows, down], [texts.cols, across]].map(([name, axis]) => sizeFormula(texts, name, axis)).join("");
      this.verdict = `${this.judge(right, { answer: `${rows} × ${cols}`, truth: `${down.total} × ${across.total}` })}${formula}`;
      this.scope.build();
    };
  }

  askCell(step, texts) {
    const asked = this.hides(step);
    if (asked && this.asked === step && this.cellForm.querySelector("input")) return;
    const focused = this.cellForm.contains(this.cellForm.getRootNode().activeElement);
    this.asked = asked ? step : null;
    const ask = `<label>${texts.ask_cell} <input inputmode="text" autocomplete="off" size="8"></label>
      <button>${texts.check}</button><button type="button" class="show">${texts.show}</button>`;
    const next = `<button type="button" class="next">${texts.next_hidden}</button>`;
    const note = asked && this.model.decimals.output !== 0 ? `<small>${texts.tolerance}</small>` : "";
    this.cellForm.innerHTML = `${asked ? ask : next}${note}<p class="verdict" role="status">${this.verdict}</p>`;
    this.cellForm.onsubmit = (event) => this.answer(event, step);
    const show = this.cellForm.querySelector(".show");
    if (show) show.onclick = () => this.reveal(step, "");
    const button = this.cellForm.querySelector(".next");
    if (button) button.onclick = () => this.next(step);
    if (focused) this.cellForm.querySelector("input, button")?.focus({ preventScroll: true });
  }

  answer(event, step) {
    event.preventDefault();
    const field = this.cellForm.querySelector("input");
    const answer = typed(field?.value ?? "");
    if (Number.isNaN(answer)) {
      field?.setAttribute("aria-invalid", "true");
      return;
    }
    const truth = this.model.shown[step];
    const right = isRight(answer, truth, this.model.peak);
    this.reveal(step, this.judge(right, { answer: short(answer, 6), truth: short(truth, 6) }));
  }

  judge(right, values) {
    this.score[right ? "right" : "wrong"] += 1;
    this.scope.report({ right, total: this.score.right + this.score.wrong });
    const { texts } = this.model;
    const said = fill(texts[right ? "answer_right" : "answer_wrong"], values);
    return right ? `<b class="yes">✓ ${said}</b>` : `<b class="no">✗ ${said}</b>`;
  }

  reveal(step, verdict) {
    this.revealed.add(step);
    this.verdict = verdict;
    this.scope.build();
  }

  // The next cell in reading order that is still hidden.
  next(step) {
    this.verdict = "";
    for (let k = 1; k <= this.model.steps; k++) {
      const candidate = (step + k) % this.model.steps;
      if (this.hides(candidate)) {
        this.scope.pinTo(windowOf(this.model.cols, candidate));
        this.cellForm.querySelector("input")?.focus({ preventScroll: true });
        return;
      }
    }
  }

  showScore() {
    const { texts } = this.model;
    const asked = this.score.right + this.score.wrong;
    this.scoreLine.textContent = this.on || asked ? fill(texts.score, this.score) : "";
  }
}

// The size formula of an axis with its numbers, rounded down or, as pooling may, up. PyTorch drops a last
// window that would start in the padding: then the formula alone does not give the size and is left out.
function sizeFormula(texts, name, axis) {
  const { inside, before, after, dilation, kernel, stride, total } = axis;
  const steps = (inside + before + after - dilation * (kernel - 1) - 1) / stride;
  if ((axis.ceil ? Math.ceil(steps) : Math.floor(steps)) + 1 !== total) return "";
  const numbers = { inside, before, after, dilation, kernel, stride, total };
  return `<br><span class="size">${name}: ${fill(texts[axis.ceil ? "size_formula_up" : "size_formula"], numbers)}</span>`;
}
