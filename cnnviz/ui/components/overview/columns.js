// Where every column and every unit stands: arithmetic only, in CSS pixels. No drawing.
//
// A column is {units, form, tight}: form is maps, picture (the input), strip (a flattened vector), bars (a
// vector) or labelled (one named bar a class); tight says that it stands close to the one before it, head how
// wide its heading is.

const GAP = 4;
const LARGEST = 46; // px a tile at zoom 1
const SMALLEST = 28; // of up to ten maps under each other
const SMALLEST_OF_MANY = 19; // of sixteen
const LEAST_HEIGHT = 300;
const LEAST_GAP = 6; // of columns that belong together
const USUAL_GAP = 10; // tiles shrink rather than go below it
const LARGEST_GAP = 30;
const HEAD_GAP = 7;
const WIDE = 3.4; // a wide gap is so many times a tight one

// Maps under each other before a second row of them begins beside it.
export function rowsFor(perLayer) {
  return perLayer <= 10 ? perLayer : 16;
}

// First and number of the units on the page that holds unit `first`.
export function pageOf(units, first, perLayer) {
  const start = Math.max(0, Math.min(Math.floor(first / perLayer) * perLayer, units - 1));
  return [start, Math.min(perLayer, units - start)];
}

// Plan for columns; `firsts` is the first unit shown of each, `under` room for curves below all of them. Tiles
// are `large` where headings need more room than small tiles would save.
export function layoutOf(columns, firsts, { width, height, perLayer, zoom, under = 0, large = false }) {
  const rows = rowsFor(perLayer);
  const most = Math.min(LARGEST, (height - (rows - 1) * GAP) / rows);
  const counts = columns.map((column, k) => (column.form === "strip" ? [0, column.units] : pageOf(column.units, firsts[k], perLayer)));
  const needs = (tile) => columns.map((column, k) => (k ? headGap(columns[k - 1], column, widthOf(columns[k - 1], counts[k - 1][1], tile, rows), widthOf(column, counts[k][1], tile, rows)) : 0));
  const span = (tile) => columns.reduce((sum, column, k) => sum + widthOf(column, counts[k][1], tile, rows), 0);
  const tights = columns.filter((column, k) => k && column.tight).length;
  const weight = tights + WIDE * (columns.length - 1 - tights);
  const least = Math.min(most, perLayer <= 10 ? SMALLEST : SMALLEST_OF_MANY);
  let tile = most;
  while (tile > least && span(tile) + USUAL_GAP * weight > width) tile = Math.max(least, tile - 1);
  if (large) tile = most;
  tile *= zoom;
  const tall = Math.max(LEAST_HEIGHT, rows * (tile + GAP));
  const boxes = [];
  const leastGaps = needs(tile);
  const gapAt = (k, gap) => Math.max(leastGaps[k], columns[k].tight ? gap : gap * WIDE);
  const gaps = (gap) => columns.reduce((sum, _, k) => sum + (k ? gapAt(k, gap) : 0), 0);
  const overhang = (k) => (columns[k] ? Math.max(0, ((columns[k].head ?? 0) - widthOf(columns[k], counts[k][1], tile, rows)) / 2) : 0);
  const ends = overhang(0) + overhang(columns.length - 1);
  let gap = LARGEST_GAP;
  while (gap > LEAST_GAP && span(tile) + gaps(gap) + ends > width * Math.max(1, zoom)) gap -= 1;
  let x = overhang(0);
  columns.forEach((column, k) => {
    if (k) x += gapAt(k, gap);
    const [first, count] = counts[k];
    boxes.push(boxOf(column, { x, first, count, tile, rows, height: tall }));
    x += boxes[k].width;
  });
  return { width: x + overhang(columns.length - 1), height: tall + under, tile, boxes };
}

// Gap between two columns that keeps what stands above them apart.
function headGap(before, column, widthBefore, width) {
  return before.head && column.head ? (before.head + column.head - widthBefore - width) / 2 + HEAD_GAP : 0;
}

function widthOf(column, count, tile, rows) {
  const { form } = column;
  if (form === "strip") return 14;
  if (form === "bars") return Math.max(40, tile);
  if (form === "labelled") return column.labelWidth ?? 104;
  if (form === "picture") return pictureTile(count, tile);
  const across = Math.ceil(count / rows);
  return across * tile + (across - 1) * GAP;
}

function pictureTile(count, tile) {
  return count === 1 ? tile * 2.1 : tile * 1.5;
}

function boxOf(column, { x, first, count, tile, rows, height }) {
  const width = widthOf(column, count, tile, rows);
  const { form } = column;
  if (form === "strip") return { form, x, width, first, count, pitch: (height * 0.86) / count, top: height * 0.07, side: 0, down: count };
  const down = form === "maps" ? Math.min(count, rows) : count;
  const side = form === "picture" ? pictureTile(count, tile) : tile;
  const pitch = form === "maps" || form === "picture" ? side + GAP : Math.min(form === "labelled" ? LARGEST : Math.max(tile + GAP, 26), height / count);
  return { form, x, width, first, count, pitch, top: (height - down * pitch + (form === "maps" || form === "picture" ? GAP : 0)) / 2, side, down };
}

// Rectangle of a unit as [x, y, width, height]; null if it is on another page.
export function placeOf(box, unit) {
  const index = unit - box.first;
  if (index < 0 || index >= box.count) return null;
  if (box.form === "maps" || box.form === "picture") {
    const [across, down] = [Math.floor(index / box.down), index % box.down];
    return [box.x + across * (box.side + GAP), box.top + down * box.pitch, box.side, box.side];
  }
  const inset = box.form === "strip" ? 0 : Math.min(1.5, box.pitch * 0.12);
  return [box.x, box.top + index * box.pitch + inset, box.width, box.pitch - 2 * inset];
}

// [column, unit] at a point; null beside everything. Half a gap around a tile still counts.
export function unitAt(plan, x, y) {
  const column = plan.boxes.findIndex((box) => x >= box.x - GAP / 2 && x < box.x + box.width + GAP / 2);
  if (column < 0) return null;
  const box = plan.boxes[column];
  const across = box.form === "maps" ? Math.min(Math.ceil(box.count / box.down) - 1, Math.max(0, Math.floor((x - box.x) / (box.side + GAP)))) : 0;
  const down = Math.floor((y - box.top) / box.pitch);
  const index = across * box.down + down;
  if (down < 0 || down >= box.down || index >= box.count) return null;
  return [column, box.first + index];
}

// Where an arrow leads from [column, unit]; stays inside. Across keeps the height.
export function neighbour(plan, [column, unit], key) {
  const box = plan.boxes[column];
  if (key === "ArrowUp") return [column, Math.max(box.first, unit - 1)];
  if (key === "ArrowDown") return [column, Math.min(box.first + box.count - 1, unit + 1)];
  const next = Math.min(plan.boxes.length - 1, Math.max(0, column + (key === "ArrowLeft" ? -1 : 1)));
  if (next === column) return [column, unit];
  const place = placeOf(box, unit);
  const middle = place[1] + place[3] / 2;
  const target = plan.boxes[next];
  const down = Math.min(target.down - 1, Math.max(0, Math.floor((middle - target.top) / target.pitch)));
  return [next, target.first + Math.min(target.count - 1, down)];
}
