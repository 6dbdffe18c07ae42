// The bytes that payload.py packed: header length, JSON header, then the arrays, each 8-byte aligned.

export function unpack(bytes) {
  const whole = bytes.slice(); // its own buffer, so that 8-byte views are aligned
  const length = new DataView(whole.buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(whole.subarray(4, 4 + length)));
  const arrays = {};
  for (const [name, entry] of Object.entries(header.arrays ?? {})) arrays[name] = read(whole.buffer, entry);
  return { header, arrays };
}

function read(buffer, { at, count, type, steps }) {
  if (type === "f8") return new Float64Array(buffer, at, count);
  const raw = new Uint8Array(buffer, at, type === "i3" ? 3 * count : count);
  return type === "i3" ? fixedPoint(raw, count, steps) : raw;
}

// Three bytes a number, low byte first; each of `steps.length` equal blocks counts in its own step.
function fixedPoint(raw, count, steps) {
  const numbers = new Float64Array(count);
  const block = count / steps.length;
  for (let i = 0, at = 0; i < count; i++, at += 3)
    numbers[i] = ((raw[at] | (raw[at + 1] << 8) | (raw[at + 2] << 16)) << 8 >> 8) * steps[Math.floor(i / block)];
  return numbers;
}
