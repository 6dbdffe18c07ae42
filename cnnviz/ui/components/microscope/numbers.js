// Numbers as people read them. Rounding is for the eye only; `exact` shows every digit.

const TINY = 1e-3; // a grid whose largest number is below is written with powers of ten

// Decimals that show every number of a grid in full, or three digits of the largest, so that its columns
// line up; -1 stands for powers of ten.
export function decimalsFor(values) {
  const stride = Math.max(1, Math.floor(values.length / 1024)); // of a very long list, a sample
  let peak = 0;
  for (let k = 0; k < values.length; k += stride) peak = Math.max(peak, Math.abs(values.at(k)));
  if (peak > 0 && peak < TINY) return -1;
  let enough = 0;
  for (let k = 0; k < values.length; k += stride)
    while (enough < 3 && !isShort(values.at(k), enough)) enough++;
  if (enough < 3) return enough;
  return Math.min(5, Math.max(0, 2 - Math.floor(Math.log10(peak))));
}

function isShort(value, decimals) {
  const scaled = value * 10 ** decimals;
  return Math.abs(scaled - Math.round(scaled)) <= 1e-9;
}

export function fixed(value, decimals) {
  if (value === 0) return "0";
  if (decimals < 0 || Math.abs(value) >= 1e6) return short(value, 3);
  const text = value.toFixed(decimals);
  return minus(Number(text) === 0 ? text.replace("-", "") : text);
}

// At most `digits` digits, no zeros at the end: 23, 0.4823, 1.234e-7, 5e9.
export function short(value, digits = 5) {
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return minus(String(value));
  const rounded = Number(value.toPrecision(digits));
  return minus(Math.abs(rounded) >= 1e7 ? rounded.toExponential().replace("+", "") : String(rounded));
}

export function exact(value) {
  return minus(String(value));
}

export function minus(text) {
  return text.replaceAll("-", "\u2212");
}

// A number typed by hand: "-3", "0,5", "\u22122.25", "1/3"; NaN if it is none.
export function typed(text) {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:\/(\d+\.?\d*))?$/.exec(text.trim().replace(",", ".").replace(/[\u2212\u2013]/g, "-"));
  return match ? Number(match[1]) / Number(match[2] ?? 1) : NaN;
}

// Right if as exact as whole numbers ask for, otherwise within 1 % (of at least a tenth of the scale).
export function isRight(answer, truth, peak) {
  if (Number.isInteger(truth)) return Math.abs(answer - truth) < 1e-6;
  return Math.abs(answer - truth) <= 0.01 * Math.max(Math.abs(truth), 0.1 * peak);
}

export function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
