import { strict as assert } from "node:assert";
import { test } from "node:test";
import { momentText, secondsOf } from "../../../static/js/clips/core/moments.js";

test("a moment is written so that it is read as the same", () => {
  for (const [seconds, text] of [
    [0, "0:00"],
    [2.5, "0:02.5"],
    [62.04, "1:02.04"],
    [59.9999, "1:00"],
    [3602, "1:00:02"],
  ]) {
    assert.equal(momentText(seconds), text);
    assert.ok(Math.abs(secondsOf(text) - seconds) < 0.001);
  }
});

test("what people write is understood", () => {
  assert.equal(secondsOf("90"), 90);
  assert.equal(secondsOf(" 1:02,5 "), 62.5);
  assert.equal(secondsOf("1:00:00"), 3600);
  for (const text of ["", "one", "-1", "1e3", "1:2:3:4", "NaN"]) assert.ok(Number.isNaN(secondsOf(text)), text);
});
