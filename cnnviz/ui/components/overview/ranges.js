// Colour scales: which numbers lie at the two ends. Arithmetic only.

// Scale of numbers from `low` to `high`: signed ones reach as far below 0 as above, others start at 0.
export function scaleOf([low, high]) {
  const peak = Math.max(Math.abs(low), Math.abs(high)) || 1;
  return low < 0 ? { name: "signed", low: -peak, high: peak } : { name: "positive", low: 0, high: peak };
}

// Scale of one unit when each map, each layer or the network has its own. The input stays a picture.
export function scaleFor(layers, layer, unit, per) {
  if (layer.kind === "input") return { name: "picture", low: layer.range[0], high: layer.range[1] > layer.range[0] ? layer.range[1] : layer.range[0] + 1 };
  if (layer.kind === "softmax") return { name: "positive", low: 0, high: 1 };
  if (per === "map" && layer.shape[1] * layer.shape[2] > 1) return scaleOf([layer.low[unit], layer.high[unit]]);
  return per === "network" ? scaleOf(rangeOfAll(layers)) : scaleOf(layer.range);
}

// Smallest and largest number of all layers but the input and the probabilities.
export function rangeOfAll(layers) {
  const inner = layers.filter((layer) => layer.kind !== "input" && layer.kind !== "softmax");
  return [Math.min(...inner.map((layer) => layer.range[0])), Math.max(...inner.map((layer) => layer.range[1]))];
}

// Index in the colour table, 0..levels-1, of each of the 255 places between a map's smallest and largest
// number: what turns the bytes that travelled into colours of any scale.
export function tableIndex(scale, low, high, levels) {
  return Uint8Array.from({ length: 255 }, (_, step) => {
    const share = (low + (step / 254) * (high - low) - scale.low) / (scale.high - scale.low);
    return Math.min(levels - 1, Math.max(0, Math.round(share * (levels - 1))));
  });
}
