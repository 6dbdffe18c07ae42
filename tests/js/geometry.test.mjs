// The index arithmetic of the microscope against cases that Python wrote out from cnnviz/ops (CASES).
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { SCRIPTS, load } from "./load.mjs";

const { Model, cellsOfTap, cellsUnder, isPadding, moved, stepOf, unpack, windowNear, windowOf, windowsOver, sentence, formula } = await load(SCRIPTS);
const cases = JSON.parse(readFileSync(process.env.CASES, "utf8"));
const close = (a, b) => assert.ok(Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b)), `${a} is not ${b}`);
const model = (one) => new Model(unpack(new Uint8Array(Buffer.from(one.bytes, "base64"))));

for (const one of cases.conv)
  test(`convolution: ${one.name}`, () => {
    const scope = model(one);
    assert.deepEqual([scope.rows.out, scope.cols.out], one.out);
    for (const cell of one.cells) {
      const taps = scope.window(cell.at);
      assert.deepEqual(taps.map((tap) => tap.r + scope.rows.at), cell.rows);
      assert.deepEqual(taps.map((tap) => tap.c + scope.cols.at), cell.cols);
      assert.deepEqual(taps.map((tap) => tap.padding), cell.padding);
      cell.sums.forEach((sum, channel) => {
        close(scope.channelSum(channel, taps), sum);
        taps.forEach((tap, k) => close(scope.value(channel, tap) * scope.weight(channel, tap), cell.products[channel][k]));
      });
      assert.equal(scope.arrays.output[scope.pixel(cell.at)], cell.output);
    }
  });

for (const one of cases.conv)
  test(`both ways agree: ${one.name}`, () => {
    const { rows, cols } = model(one);
    for (const axis of [rows, cols])
      for (let cell = 0; cell < axis.size; cell++) {
        const over = windowsOver(axis, cell);
        const expected = [];
        for (let index = 0; index < axis.out; index++)
          cellsUnder(axis, index).forEach((under, tap) => under === cell && expected.push([index, tap]));
        assert.deepEqual(over.sort((a, b) => a[0] - b[0]), expected);
        assert.equal(over.length > 0, axis.visited[cell]);
        for (const [index, tap] of over) assert.equal(cellsOfTap(axis, tap)[index], cell);
        assert.equal(isPadding(axis, cell), axis.at + cell < 0 || axis.at + cell >= axis.inside);
      }
    for (let step = 0; step < rows.out * cols.out; step++) assert.equal(stepOf(cols, windowOf(cols, step)), step);
  });

for (const one of cases.pool)
  test(`pooling: ${one.name}`, () => {
    const scope = model(one);
    for (const cell of one.cells) {
      const taps = scope.window(cell.at);
      assert.deepEqual(taps.map((tap) => scope.value(0, tap)), cell.values);
      assert.deepEqual(taps.map((tap) => tap.padding), cell.padding);
      assert.equal(scope.arrays.output[scope.pixel(cell.at)], cell.output);
      if (cell.winner !== null) assert.equal(taps.findIndex((tap) => tap.tap === scope.arrays.winners[scope.pixel(cell.at)]), cell.winner);
    }
  });

test("arrows stop at the edge and say so", () => {
  const axis = { out: 3 };
  assert.deepEqual(moved(axis, axis, [0, 0], [-1, 0]), [0, 0, true]);
  assert.deepEqual(moved(axis, axis, [1, 1], [0, 1]), [1, 2, false]);
});

test("a finger in the middle of a window chooses that window", () => {
  const { rows } = model(cases.conv[0]);
  for (let index = 0; index < rows.out; index++) {
    const cells = cellsUnder(rows, index);
    assert.equal(windowNear(rows, (cells[0] + cells.at(-1) + 1) / 2), index);
  }
  assert.equal(windowNear(rows, -50), 0);
  assert.equal(windowNear(rows, 999), rows.out - 1);
});

test("the lecture's first cell is spelled out", () => {
  const scope = model(cases.conv.find((one) => one.name === "conv-a"));
  const text = formula(scope, [0, 0], 0, false).replace(/<[^>]+>/g, "");
  assert.equal(text, "2·2 + 2·3 + 3·1 + 3·1 + 0·1 + 2·3 + 1·1 + 0·0 + 3·0 = 23");
  assert.match(sentence(scope, [0, 0], false), /^Row 0, column 0: 2 times 2 plus 2 times 3 .* equals 23\.$/);
  assert.ok(!formula(scope, [0, 0], 0, true).includes("23"), "a hidden cell keeps its number");
});
