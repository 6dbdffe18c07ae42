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

  // One pixel a cell, to be enlarged.
  picture(layer, unit, scale) {
    const canvas = Object.assign(document.createElement("canvas"), { width: layer.cols, height: layer.rows });
    const pen = canvas.getContext("2d");
    const image = pen.createImageData(layer.cols, layer.rows);
    const index = tableIndex(scale, layer.low[unit], layer.high[unit], this.levels);
    const table = this.tables[scale.name];
    const size = layer.rows * layer.cols;
    const bytes = layer.bytes.subarray(unit * size, (unit + 1) * size);
    for (let i = 0, to = 0; i < size; i++, to += 4) {
      const at = 3 * index[bytes[i]];
      image.data[to] = table[at];
      image.data[to + 1] = table[at + 1];
      image.data[to + 2] = table[at + 2];
      image.data[to + 3] = 255;
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
