// Arithmetic of the view of one unit: terms of a cell, windows, elements of a flattened vector.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

const file = new URL("../../cnnviz/ui/components/unit/terms.js", import.meta.url);
const terms = await import(`data:text/javascript,${encodeURIComponent(readFileSync(file, "utf8"))}`);
const { byStrength, cellOf, elementOf, extentOf, nearest, onPage, pageCount, PER_PAGE, startOf, termsOf } = terms;

test("channels come in the order of their mean absolute share", () => {
  assert.deepEqual(byStrength([1, -1, 0, 0, -5, 5], 3), [2, 0, 1]);
  assert.deepEqual(byStrength([1, 1], 2), [0, 1]);
});

test("pages hold every channel once", () => {
  const order = Array.from({ length: 12 }, (_, k) => k);
  const all = Array.from({ length: pageCount(12) }, (_, page) => onPage(order, page)).flat();
  assert.deepEqual(all, order);
  assert.equal(onPage(order, 0).length, PER_PAGE);
});

test("shown terms and the rest make the whole", () => {
  const shares = [1, 2, 10, 20, 100, 200];
  assert.deepEqual(termsOf(shares, 3, 1, [2, 0]), { terms: [200, 2], rest: 20, others: 1 });
});

test("windows begin in the padding, and the nearest one is found back", () => {
  const axis = { kernel: 3, stride: 2, dilation: 2, before: 1, out: 5 };
  assert.equal(extentOf(axis), 5);
  assert.equal(startOf(axis, 0), -1);
  for (let index = 0; index < axis.out; index++) assert.equal(nearest(axis, startOf(axis, index) + 2), index);
  assert.equal(nearest(axis, 99), 4);
});

test("an element is one cell, and back", () => {
  assert.deepEqual(cellOf(37, 3, 4), [3, 0, 1]);
  for (let element = 0; element < 48; element++) assert.equal(elementOf(cellOf(element, 3, 4), 3, 4), element);
});
