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
    const inputs = wire ? wire.length / units : 0;
    return {
      ...layer,
      index,
      units,
      rows,
      cols,
      bytes: arrays[`map${index}`],
      low: arrays[`low${index}`],
      high: arrays[`high${index}`],
      weights: wire ? (unit, input) => (wire[unit * inputs + input] - 128) / 127 : null,
      strength: (weight) => weight * layer.peak,
    };
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

  // Maps under each other on one canvas, one pixel a cell; `scaleOfUnit` gives the scale of each.
  sheet(layer, first, count, scaleOfUnit) {
    const { rows, cols } = layer;
    const canvas = Object.assign(document.createElement("canvas"), { width: cols, height: rows * count });
    const pen = canvas.getContext("2d");
    const image = pen.createImageData(cols, rows * count);
    const pixels = new Uint32Array(image.data.buffer);
    const size = rows * cols;
    for (let unit = first, to = 0; unit < first + count; unit++) {
      const inks = this.inks(layer, unit, scaleOfUnit(unit));
      for (let at = unit * size; at < (unit + 1) * size; at++) pixels[to++] = inks[layer.bytes[at]];
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
