// The row of buttons: play, pause, step, scrub, speed. It moves the scope's pinned window.
const SPEEDS = [0.5, 1, 2, 4, 16];
const STEP_MS = 950; // one step at speed 1: a glide and a rest
const GLIDE_MS = 340;
const ICONS = {
  first: "M6 5h2v14H6zM20 5v14L9 12z",
  back: "M17 5v14L7 12z",
  play: "M7 4.5v15l12-7.5z",
  pause: "M7 5h3.6v14H7zM13.4 5H17v14h-3.6z",
  next: "M7 5v14l10-7z",
  last: "M16 5h2v14h-2zM4 5v14l11-7z",
};

export class Transport {
  constructor(root, scope) {
    Object.assign(this, { root, scope, speed: 1, playing: false, buttons: {} });
    this.find = (selector) => root.querySelector(selector);
    this.find(".buttons").replaceChildren();
    for (const name of ["first", "back", "play", "next", "last"]) {
      const button = element("button", name, { type: "button" });
      button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
      this.buttons[name] = this.find(".buttons").appendChild(button);
    }
    const { first, back, play, next, last } = this.buttons;
    play.onclick = () => this.toggle();
    first.onclick = () => scope.stepTo(0);
    last.onclick = () => scope.stepTo(this.model.steps - 1);
    back.onclick = () => scope.stepTo(this.model.pixel(scope.pin) - 1);
    next.onclick = () => scope.stepTo(this.model.pixel(scope.pin) + 1);
    this.scrub = this.find(".scrub");
    this.scrub.oninput = () => scope.stepTo(Number(this.scrub.value));
    const select = this.find(".speed select");
    select.replaceChildren();
    for (const speed of SPEEDS) select.append(element("option", "", { value: speed, textContent: `${speed}×` }));
    select.value = "1";
    select.onchange = () => (this.speed = Number(select.value));
  }

  words(texts) {
    this.texts = texts;
    for (const [name, button] of Object.entries(this.buttons)) button.title = button.ariaLabel = texts[name];
    this.scrub.ariaLabel = texts.scrub;
    this.find(".speed span").textContent = texts.speed;
  }

  build(model) {
    this.model = model;
    this.find(".buttons").hidden = this.scrub.hidden = this.find(".speed").hidden = model.steps === 1;
    this.scrub.max = model.steps - 1;
    this.scrub.removeAttribute("aria-valuetext"); // of other numbers
  }

  show(pin) {
    if (this.scrub.value === String(this.model.pixel(pin)) && this.scrub.hasAttribute("aria-valuetext")) return;
    this.scrub.value = this.model.pixel(pin);
    this.scrub.setAttribute("aria-valuetext", fill(this.texts.place, this.model.outputPlace(pin)));
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  play() {
    if (this.model.steps === 1) return;
    if (this.model.pixel(this.scope.pin) === this.model.steps - 1) this.scope.pin = [0, 0];
    this.playing = true;
    this.showPlaying();
    this.scope.update();
    this.tick();
  }

  tick() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      if (!this.playing) return;
      if (this.scope.hover) return this.tick(); // the pointer holds it
      const step = this.model.pixel(this.scope.pin) + 1;
      if (step >= this.model.steps) return this.pause();
      this.scope.pin = windowOf(this.model.cols, step);
      this.scope.update(Math.min(GLIDE_MS, (0.8 * STEP_MS) / this.speed));
      this.tick();
    }, STEP_MS / this.speed);
  }

  pause() {
    clearTimeout(this.timer);
    if (!this.playing) return;
    this.playing = false;
    this.showPlaying();
    if (this.scope.model) this.scope.update();
  }

  showPlaying() {
    const name = this.playing ? "pause" : "play";
    const { play } = this.buttons;
    play.querySelector("path").setAttribute("d", ICONS[name]);
    play.title = play.ariaLabel = this.texts[name];
  }
}
