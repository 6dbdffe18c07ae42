// The bytes that payload.py packed: header length, JSON header, then the arrays, each 8-byte aligned.

export function unpack(bytes) {
  const whole = bytes.slice(); // its own buffer, so that 8-byte views are aligned
  const header = JSON.parse(headerText(whole));
  const arrays = {};
  for (const [name, entry] of Object.entries(header.arrays ?? {})) arrays[name] = read(whole.buffer, entry);
  return { header, arrays };
}

export function headerText(bytes) {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  return new TextDecoder().decode(bytes.subarray(4, 4 + length));
}

function read(buffer, { at, count, type, steps }) {
  if (type === "f8") return new Float64Array(buffer, at, count);
  if (type === "i3") return new FixedPoint(new Uint8Array(buffer, at, 3 * count), steps);
  return new Uint8Array(buffer, at, count);
}

// Three bytes a number, low byte first; each of `steps.length` equal blocks counts in its own step.
// Read where asked for: a window needs a few numbers of many channels. Looks like a Float64Array.
class FixedPoint {
  constructor(raw, steps) {
    Object.assign(this, { raw, steps, length: raw.length / 3, block: raw.length / 3 / steps.length });
  }

  at(index) {
    const { raw } = this;
    const low = 3 * index;
    const whole = ((raw[low] << 8) | (raw[low + 1] << 16) | (raw[low + 2] << 24)) >> 8;
    return whole * this.steps[Math.floor(index / this.block)];
  }

  subarray(from, to) {
    const numbers = new Float64Array(to - from);
    for (let k = 0; k < numbers.length; k++) numbers[k] = this.at(from + k);
    return numbers;
  }
}
