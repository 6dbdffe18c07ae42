// One cell as a line of text: for the eye with coloured numbers, for the ear in words.
const MOST_TERMS = 30; // of whole numbers; of long ones, which the cards show as well, a third
const MOST_OF_ALL = 12; // terms of several channels; beyond, the line shows the channel in view

const part = (kind, text) => `<b class="${kind}">${text}</b>`;
const factor = (text) => (text.startsWith("\u2212") ? `(${text})` : text);

// "=" where the digits shown are the number, "≈" where they are rounded.
export function equals(value, text) {
  return exact(value) === text ? "=" : "≈";
}

// The formula of one cell as markup; empty where it would be too long to read. Only that of a convolution
// holds its result; the others are followed by it.
export function formula(model, at, focus, hidden) {
  if (model.kind === "conv") return convFormula(model, at, focus, hidden);
  return model.kind === "pool" ? poolFormula(model, at, hidden) : activationFormula(model, at);
}

function convFormula(model, at, focus, hidden) {
  const whole = model.decimals.input + model.decimals.kernel === 0;
  if (model.taps > (whole ? MOST_TERMS : MOST_TERMS / 3)) return "";
  const taps = model.window(at);
  const all = model.channels === 1 || model.channels * model.taps <= MOST_OF_ALL;
  const channels = all ? [...Array(model.channels).keys()] : [focus];
  const groups = channels.map((channel) => taps.map((tap) => product(model, channel, tap)).join(" + "));
  const [total, bias] = [model.arrays.output[model.pixel(at)], model.header.bias];
  const value = all ? total : model.channelSum(focus, taps);
  const shown = hidden ? "?" : short(value, 6);
  const added = all && bias ? ` + ${part("bias", factor(short(bias)))}` : "";
  const end = `${added} ${hidden ? "=" : equals(value, shown)} ${part("total", shown)}`;
  const head = all ? "" : `<i>${model.label(focus)}:</i> `;
  return head + groups.join(" + ") + end;
}

function product(model, channel, tap) {
  const [x, w] = [short(model.value(channel, tap), 3), short(model.weight(channel, tap), 3)];
  return `<span>${part(tap.padding ? "x padding" : "x", factor(x))}·${part("w", factor(w))}</span>`;
}

function poolFormula(model, at, hidden) {
  const { pool, padding_counts } = model.header;
  const taps = model.window(at).filter((tap) => padding_counts || !tap.padding);
  if (taps.length > MOST_TERMS) return fill(model.texts[`long_${pool}`], { count: taps.length });
  const plain = taps.map((tap) => short(model.value(0, tap), 4));
  const numbers = pool === "max" ? plain : plain.map(factor);
  const kind = (tap) => (!hidden && isWinner(model, at, tap) ? "x won" : tap.padding ? "x padding" : "x");
  const marked = numbers.map((text, k) => part(kind(taps[k]), text));
  if (pool === "max") return `max(${marked.join(", ")})`;
  if (pool === "l2") {
    const scale = taps.length < model.taps ? `${model.taps}/${taps.length} · ` : "";
    return `√(${scale ? `${scale}(` : ""}${marked.map((text) => `${text}²`).join(" + ")}${scale ? ")" : ""})`;
  }
  return `(${marked.join(" + ")}) / ${taps.length}`;
}

export function isWinner(model, at, { tap }) {
  return model.arrays.winners ? model.arrays.winners[model.pixel(at)] === tap : false;
}

function activationFormula(model, at) {
  const x = model.value(0, model.window(at)[0]);
  const { activation, params } = model.header;
  const values = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, short(value, 3)]));
  const template = model.texts[`formula_${activation}${x > 0 ? "_above" : ""}`] ?? model.texts[`formula_${activation}`];
  return fill(template, { ...values, x: part("x", short(x, 4)), f: part("x", factor(short(x, 4))) });
}

// The sentence that a screen reader says.
export function sentence(model, at, hidden) {
  const { texts } = model;
  const total = hidden ? texts.hidden_value : short(model.shown[model.pixel(at)], 6);
  return fill(texts.say_cell, { ...model.outputPlace(at), terms: terms(model, at), total });
}

function terms(model, at) {
  const { texts, header } = model;
  const taps = model.window(at);
  if (model.kind === "activation") {
    const name = texts[`name_${header.activation}`];
    return fill(texts.say_activation, { name, x: short(model.value(0, taps[0]), 4) });
  }
  if (model.kind === "pool") {
    const taking = taps.filter((tap) => header.padding_counts || !tap.padding);
    if (taking.length > MOST_TERMS) return fill(texts[`say_long_${header.pool}`], { count: taking.length });
    return fill(texts[`say_${header.pool}`], { values: taking.map((tap) => short(model.value(0, tap), 4)).join(", ") });
  }
  const spoken =
    model.channels * model.taps <= MOST_TERMS
      ? [...Array(model.channels).keys()].flatMap((channel) =>
          taps.map((tap) => fill(texts.say_term, { x: short(model.value(channel, tap), 3), w: short(model.weight(channel, tap), 3) })),
        )
      : [...Array(Math.min(4, model.channels)).keys()].map((channel) =>
          fill(texts.say_channel, { name: model.name(channel), sum: short(model.channelSum(channel, taps), 4) }),
        );
  const rest = model.channels * model.taps > MOST_TERMS && model.channels > 4 ? [texts.say_others] : [];
  const bias = header.bias ? [fill(texts.say_bias, { b: short(header.bias) })] : [];
  return [...spoken, ...rest, ...bias].join(texts.say_plus);
}
