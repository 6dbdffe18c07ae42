// The decoded scene: layers with their bytes, and what can be asked of them.
class Network {
  constructor({ header, arrays }) {
    Object.assign(this, { texts: header.texts, levels: header.levels, kinds: header.kinds, arrays });
    this.tables = Object.fromEntries(["signed", "positive", "picture"].map((name) => [name, arrays[`${name}_table`]]));
    this.layers = header.layers.map((layer, index) => this.layer(layer, index));
    this.digest = header.digest;
    this.form = JSON.stringify(header.layers.map(({ name, shape }) => [name, shape]));
  }

  layer(layer, index) {
    const { arrays } = this;
    const [units, rows = 1, cols = 1] = layer.shape;
    const wire = arrays[`wire${index}`];
    const slots = layer.sent ? new Map(layer.sent.map((unit, slot) => [unit, slot])) : null;
    return {
      ...layer,
      index,
      units,
      rows,
      cols,
      bytes: arrays[`map${index}`],
      low: arrays[`low${index}`],
      high: arrays[`high${index}`],
      thumb: layer.thumb ?? [rows, cols],
      slotOf: (unit) => (slots ? slots.get(unit) : unit), // where the map of a unit is in bytes; undefined if it was not sent
      linksOf: wire ? this.linksOf(layer, units, wire, arrays[`from${index}`]) : null,
      strength: (weight) => weight * layer.peak,
    };
  }

  // What a unit weighs: every unit before it, or of a large layer the strongest of those that were sent.
  linksOf(layer, units, wire, from) {
    const strength = (at) => (wire[at] - 128) / 127;
    if (!from) {
      const inputs = wire.length / units;
      return (unit) => Array.from({ length: inputs }, (_, input) => ({ unit: input, weight: strength(unit * inputs + input) }));
    }
    const rows = new Map(layer.wired.map((unit, row) => [unit, row * layer.strongest]));
    return (unit) => rows.has(unit) ? Array.from({ length: layer.strongest }, (_, k) => ({ unit: from[rows.get(unit) + k], weight: strength(rows.get(unit) + k) })) : null;
  }

  formOf(layer) {
    if (layer.kind === "input") return layer.shape.length === 3 ? "picture" : "bars";
    if (layer.labels) return "labelled";
    if (layer.kind === "flatten" || (layer.shape.length === 1 && layer.units > 300)) return "strip";
    return layer.shape.length === 3 ? "maps" : "bars";
  }

  // Numbers of a colour, as CSS.
  css(scale, value) {
    const share = (value - scale.low) / (scale.high - scale.low);
    return this.entry(scale.name, Math.min(this.levels - 1, Math.max(0, Math.round(share * (this.levels - 1)))));
  }

  entry(name, level) {
    return `rgb(${this.tables[name].subarray(3 * level, 3 * level + 3).join(" ")})`;
  }

  gradient(name) {
    const stops = Array.from({ length: 11 }, (_, k) => this.entry(name, Math.round((k / 10) * (this.levels - 1))));
    return `linear-gradient(to right, ${stops.join(",")})`;
  }

  // Colour of each of a unit's 255 places between its smallest and largest number, as 32-bit pixels.
  inks(layer, unit, scale) {
    const index = tableIndex(scale, layer.low[unit], layer.high[unit], this.levels);
    const table = this.tables[scale.name];
    return Uint32Array.from(index, (level) => 0xff000000 | (table[3 * level + 2] << 16) | (table[3 * level + 1] << 8) | table[3 * level]);
  }

  // Maps under each other on one canvas, one pixel a cell; `scaleOfUnit` gives the scale of each. What was
  // not sent stays empty.
  sheet(layer, first, count, scaleOfUnit) {
    const [rows, cols] = layer.thumb;
    const canvas = Object.assign(document.createElement("canvas"), { width: cols, height: rows * count });
    const pen = canvas.getContext("2d");
    const image = pen.createImageData(cols, rows * count);
    const pixels = new Uint32Array(image.data.buffer);
    const size = rows * cols;
    for (let unit = first; unit < first + count; unit++) {
      const slot = layer.slotOf(unit);
      if (slot === undefined) continue;
      const inks = this.inks(layer, unit, scaleOfUnit(unit));
      for (let k = 0, to = (unit - first) * size; k < size; k++) pixels[to++] = inks[layer.bytes[slot * size + k]];
    }
    pen.putImageData(image, 0, 0);
    return canvas;
  }

  // What a unit is called: a class by its name, a map or an element by its number from 1.
  unitName(layer, unit) {
    if (layer.labels) return fill(this.texts.unit_class, { layer: layer.name === layer.kind ? layer.title : layer.name, label: layer.labels[unit] });
    if (layer.kind === "input") return fill(this.texts[layer.units === 3 ? `channel_${unit}` : "unit_input"], {});
    return fill(this.texts[layer.shape.length === 3 ? "unit_map" : "unit_element"], { layer: layer.name, unit: unit + 1, units: layer.units });
  }
}
