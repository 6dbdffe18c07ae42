// Bytes to pictures: a map before, after, or the difference, one canvas pixel a cell.
const BANDS = ["before", "after", "moved"];

function node(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

// Scale of a band of the k-th map of a column: of the pair, or, of differences, of the whole layer.
function scaleOfBand(column, band, k) {
  if (band !== "moved") return scaleOf([column.low[k], column.high[k]]);
  return { name: "signed", low: -(column.peak || 1), high: column.peak || 1 };
}

function paintMap(canvas, scene, column, band, k) {
  const { rows, cols } = column;
  Object.assign(canvas, { width: cols, height: rows });
  const scale = scaleOfBand(column, band, k);
  const [low, high] = band === "moved" ? [scale.low, scale.high] : [column.low[k], column.high[k]];
  const index = tableIndex(scale, low, high, scene.levels);
  const table = scene.tables[scale.name];
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(cols, rows);
  const bytes = column[band].subarray(k * rows * cols, (k + 1) * rows * cols);
  const inks = column.vector ? column.units : bytes.length; // a vector's last cells are no units
  for (let at = 0; at < inks; at++) image.data.set([...table.subarray(3 * index[bytes[at]], 3 * index[bytes[at]] + 3), 255], 4 * at);
  pen.putImageData(image, 0, 0);
  return canvas;
}

function gradientOf(scene, name) {
  const table = scene.tables[name];
  const stops = Array.from({ length: 11 }, (_, k) => `rgb(${[...table.subarray(3 * Math.round((k / 10) * (scene.levels - 1)), 3 * Math.round((k / 10) * (scene.levels - 1)) + 3)].join(" ")})`);
  return `linear-gradient(to right, ${stops.join(",")})`;
}

function percent(share, digits = 1) {
  if (share > 0 && share < 0.0005) return "<0.1 %";
  return `${minus((share * 100).toFixed(share >= 10 ? 0 : digits))} %`;
}
