// How the microscope writes and reads numbers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SCRIPTS, load } from "./load.mjs";

const { decimalsFor, exact, fill, fixed, isRight, short, typed } = await load(SCRIPTS);

test("decimals show short numbers in full, others to three digits", () => {
  assert.equal(decimalsFor([1, 2, -300]), 0);
  assert.equal(decimalsFor([1, 1.5, 2.25]), 2);
  assert.equal(decimalsFor([0.1234567, 0.9]), 3);
  assert.equal(decimalsFor([123.456789]), 0);
  assert.equal(decimalsFor([]), 0);
  assert.equal(decimalsFor([0, 0]), 0);
  assert.equal(decimalsFor([0, 3e-9]), -1);
});

test("numbers are written with a true minus sign and no negative zero", () => {
  assert.equal(fixed(-0.04, 3), "−0.040");
  assert.equal(fixed(-0.0001, 2), "0.00");
  assert.equal(short(0.1 + 0.2), "0.3");
  assert.equal(exact(0.1 + 0.2), "0.30000000000000004");
  assert.equal(short(-1234567), "−1234567");
  assert.equal(short(-1.5e12), "−1.5e12");
  assert.equal(fixed(4.24e-9, -1), "4.24e−9");
  assert.equal(fixed(0, 3), "0");
});

test("what people type", () => {
  const pairs = [["-3", -3], ["0,5", 0.5], ["−2.25", -2.25], [".5", 0.5], ["1/4", 0.25], [" 23 ", 23]];
  for (const [text, number] of pairs) assert.equal(typed(text), number);
  for (const text of ["", "abc", "1.2.3", "--1", "1e999"]) assert.ok(Number.isNaN(typed(text)));
});

test("whole numbers must be right, others within one per cent", () => {
  assert.ok(isRight(23, 23, 24));
  assert.ok(!isRight(22.9, 23, 24));
  assert.ok(isRight(0.481, 0.4823, 1));
  assert.ok(!isRight(0.47, 0.4823, 1));
});

test("templates keep what is not given", () => assert.equal(fill("{a} and {b}", { a: 1 }), "1 and {b}"));
