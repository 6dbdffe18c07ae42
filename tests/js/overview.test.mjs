// Arithmetic of the overview: where units stand, what they listen to, which colours they get.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const folder = new URL("../../cnnviz/ui/components/overview/", import.meta.url);
const load = (name) => import(`data:text/javascript,${encodeURIComponent(readFileSync(new URL(name, folder), "utf8"))}`);
const { layoutOf, neighbour, pageOf, placeOf, unitAt } = await load("columns.js");
const { chainOf, linksAlong, linksInto, MOST, waysInto } = await load("links.js");
const { rangeOfAll, scaleFor, scaleOf, tableIndex } = await load("ranges.js");

const columns = [
  { units: 1, form: "picture", tight: false },
  { units: 32, form: "maps", tight: false },
  { units: 32, form: "maps", tight: true },
  { units: 576, form: "strip", tight: false },
  { units: 10, form: "labelled", tight: false },
];
const view = { width: 1000, height: 440, perLayer: 10, zoom: 1 };
const plan = (changes = {}, firsts = [0, 0, 0, 0, 0]) => layoutOf(columns, firsts, { ...view, ...changes });

test("a page holds the unit asked for and ends with the layer", () => {
  assert.deepEqual(pageOf(32, 13, 10), [10, 10]);
  assert.deepEqual(pageOf(32, 31, 10), [30, 2]);
  assert.deepEqual(pageOf(6, 0, 10), [0, 6]);
});

test("every unit in view is found again at its own middle", () => {
  for (const perLayer of [10, 16, 32, 64])
    plan({ perLayer }).boxes.forEach((box, column) => {
      for (let unit = box.first; unit < box.first + box.count; unit++) {
        const [x, y, width, height] = placeOf(box, unit);
        assert.deepEqual(unitAt(plan({ perLayer }), x + width / 2, y + height / 2), [column, unit]);
      }
    });
});

test("columns do not overlap and stay inside the height", () => {
  for (const perLayer of [10, 64]) {
    const { boxes, height } = plan({ perLayer });
    for (let k = 1; k < boxes.length; k++) assert.ok(boxes[k].x >= boxes[k - 1].x + boxes[k - 1].width);
    for (const box of boxes) assert.ok(box.top >= -1 && box.top + box.down * box.pitch <= height + 5);
  }
});

test("zoom enlarges tiles, a narrow page shrinks them to a legible least", () => {
  assert.ok(plan({ zoom: 2 }).tile > 1.5 * plan().tile);
  assert.equal(plan({ width: 200 }).tile, 28);
});

test("a unit on another page has no place; beside everything there is no unit", () => {
  assert.equal(placeOf(plan().boxes[1], 12), null);
  assert.notEqual(placeOf(plan({}, [0, 10, 0, 0, 0]).boxes[1], 12), null);
  assert.equal(unitAt(plan(), -50, 20), null);
});

test("arrows keep inside and at the same height", () => {
  assert.deepEqual(neighbour(plan(), [1, 0], "ArrowUp"), [1, 0]);
  assert.deepEqual(neighbour(plan(), [1, 9], "ArrowDown"), [1, 9]);
  assert.deepEqual(neighbour(plan(), [1, 4], "ArrowRight"), [2, 4]);
  assert.deepEqual(neighbour(plan(), [4, 9], "ArrowRight"), [4, 9]);
});

const weights = (unit, input) => (unit === 1 ? -0.5 : 1) * (input === 2 ? 1 : 0.25);
const links = (count, weigh) => (unit) => Array.from({ length: count }, (_, input) => ({ unit: input, weight: weigh(unit, input) }));
const layers = [
  { units: 3, wire: "none" },
  { units: 2, wire: "all", linksOf: links(3, weights) },
  { units: 2, wire: "one" },
  { units: 8, wire: "flat", plane: 4 },
  { units: 5, wire: "all", linksOf: links(8, (_, input) => input / 10) },
];

test("links of a convolution carry its weights, those of a ReLU lead to its own map", () => {
  assert.deepEqual(linksInto(layers, 1, 1, 0), [0, 1, 2].map((unit) => ({ unit, weight: weights(1, unit) })));
  assert.deepEqual(linksInto(layers, 2, 1, 1), [{ unit: 1, weight: null }]);
});

test("hidden layers are passed: ReLU straight from the input, dense from the maps before flatten", () => {
  assert.deepEqual(linksInto(layers, 2, 0, 0).map(({ unit }) => unit), [0, 1, 2]);
  assert.deepEqual(linksInto(layers, 4, 0, 2), [{ unit: 0, weight: 0.3 }, { unit: 1, weight: 0.7 }]);
});

test("an element of a flattened vector comes from its map; two layers of weights give no weight", () => {
  assert.deepEqual(linksInto(layers, 3, 5, 2), [{ unit: 1, weight: null }]);
  assert.ok(linksInto(layers, 4, 0, 0).every(({ weight }) => weight === null));
});

test("of many links the strongest stay", () => {
  const wide = [{ units: 200, wire: "none" }, { units: 1, wire: "all", linksOf: links(200, (_, input) => -input / 200) }];
  const found = linksInto(wide, 1, 0, 0);
  assert.equal(found.length, MOST);
  assert.equal(found[0].unit, 199);
});

test("hovering a ReLU lights its convolution and that one's inputs, no further", () => {
  const pairs = (place) => chainOf(layers, [0, 1, 2, 3], place).map(([later, earlier]) => [later, earlier]);
  assert.deepEqual(pairs(2), [[2, 1], [1, 0]]);
  assert.deepEqual(pairs(3), [[3, 2]]);
});

const one = (at, offset = 0) => ({ at, wire: "one", offset });
const residual = [
  { units: 4, wire: "none" },
  { units: 4, wire: "all", sources: [{ at: 0, wire: "all" }], linksOf: links(4, weights) },
  { units: 4, wire: "one", sources: [one(1)] },
  { units: 4, wire: "one", sources: [one(2), one(0)] },
  { units: 8, wire: "one", sources: [one(3), one(0, 4)] },
];

test("a sum listens to both ways, over hidden layers too, and the hovering goes no further", () => {
  const shown = (...places) => waysInto(residual, new Set(places), 3).map(({ from }) => from);
  assert.deepEqual(shown(0, 1, 2), [2, 0]);
  assert.deepEqual(shown(0, 1), [1, 0]);
  assert.deepEqual(shown(0), [0, 0]);
  assert.deepEqual(chainOf(residual, [0, 1, 2, 3], 3).map(([later, earlier]) => [later, earlier]), [[3, 2], [3, 0]]);
});

test("a unit of joined maps comes from one branch", () => {
  const [near, far] = waysInto(residual, new Set([0, 3]), 4).map(({ hops }) => hops);
  assert.deepEqual(linksAlong(residual, near, 5), []);
  assert.deepEqual(linksAlong(residual, far, 5), [{ unit: 1, weight: null }]);
});

test("where strengths were not sent, links come from all over", () => {
  const wide = [{ units: 480, wire: "none" }, { units: 1, wire: "all", linksOf: () => null }];
  const found = linksInto(wide, 1, 0, 0);
  assert.equal(found.length, MOST);
  assert.deepEqual([found[0].unit, found.at(-1).unit], [0, 470]);
});

const kinds = [
  { kind: "input", range: [-0.4, 2.8], shape: [1, 4, 4] },
  { kind: "conv", range: [-3, 1], shape: [2, 4, 4], low: [-3, 0], high: [1, 0.5] },
  { kind: "activation", range: [0, 6], shape: [2, 4, 4], low: [0, 0], high: [6, 1] },
];

test("scales: of a map, of a layer, of the network; signed ones are symmetric", () => {
  assert.deepEqual(scaleFor(kinds, kinds[1], 1, "map"), { name: "positive", low: 0, high: 0.5 });
  assert.deepEqual(scaleFor(kinds, kinds[1], 1, "layer"), { name: "signed", low: -3, high: 3 });
  assert.deepEqual(scaleFor(kinds, kinds[1], 1, "network"), { name: "signed", low: -6, high: 6 });
  assert.deepEqual(rangeOfAll(kinds), [-3, 6]);
  assert.deepEqual(scaleOf([0, 0]), { name: "positive", low: 0, high: 1 });
});

test("bytes become the colour of their number on any scale", () => {
  const index = tableIndex({ low: -3, high: 3 }, -3, 1, 255);
  assert.equal(index[0], 0);
  assert.equal(index[254], Math.round((4 / 6) * 254));
});

test("a heading wider than its column is whole at both ends", () => {
  const wide = columns.map((column) => ({ ...column, head: 300 }));
  const { width, boxes } = layoutOf(wide, [0, 0, 0, 0, 0], view);
  const middle = (box) => box.x + box.width / 2;
  assert.ok(middle(boxes[0]) - 150 >= 0);
  assert.ok(middle(boxes.at(-1)) + 150 <= width);
});
