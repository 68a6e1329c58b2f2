/** Which entries of a list begin another day. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { beginnings, dayOf } from "../../../static/js/library/core/days.js";

const at = (/** @type {number} */ day, /** @type {number} */ hour, isShown = true) => ({
  moment: new Date(2026, 10, day, hour),
  isShown,
});

test("the first entry of each day begins it", () => {
  assert.deepEqual(beginnings([at(26, 9), at(26, 1), at(25, 23), at(24, 23)]), [0, 2, 3]);
  assert.deepEqual(beginnings([]), []);
});

test("what is not shown begins nothing", () => {
  assert.deepEqual(beginnings([at(26, 9, false), at(26, 1), at(25, 3, false)]), [1]);
});

test("a day is the reader's own", () => {
  assert.equal(dayOf(new Date(2026, 0, 2, 0, 1)), "2026-1-2");
});
