import assert from "node:assert/strict";
import { test } from "node:test";
import { inside, moved, placeOf, usual } from "../../../static/js/sign_tracks/core/place.js";

const TALL = 1.2; // Of a picture of 16:9, for a window of 4:3.4 or so.
const key = (name, shiftKey = false) => ({ key: name, shiftKey });

test("by itself it leaves captions and the bar alone", () => {
  for (const tall of [0.6, 1, 1.8, 3]) {
    const { x, y, width } = usual(tall);
    assert.ok(y + width * tall <= 0.7, `${tall}`);
    assert.ok(x + width <= 1);
  }
});

test("arrows move it, plus, minus and Shift with arrows resize it, and it stays inside", () => {
  const begun = { x: 0.5, y: 0.2, width: 0.3 };
  assert.ok(moved(begun, key("ArrowLeft"), TALL).x < begun.x);
  assert.ok(moved(begun, key("ArrowDown"), TALL).y > begun.y);
  assert.ok(moved(begun, key("+"), TALL).width > begun.width);
  assert.ok(moved(begun, key("-"), TALL).width < begun.width);
  assert.ok(moved(begun, key("ArrowRight", true), TALL).width > begun.width);
  assert.equal(moved(begun, key("a"), TALL), null);
  let place = begun;
  for (let press = 0; press < 200; press += 1) place = moved(place, key("ArrowRight"), TALL);
  assert.ok(place.x + place.width <= 1.0001);
});

test("what was remembered is used as far as it is a place", () => {
  assert.deepEqual(placeOf('{"x": 0.1, "y": 0.2, "width": 0.3}'), { x: 0.1, y: 0.2, width: 0.3 });
  for (const text of [null, "", "7", "{}", '{"x": "0"}', "[", '{"x": 1, "y": null, "width": 1}']) {
    assert.equal(placeOf(text), null);
  }
  const kept = inside({ x: 9, y: -9, width: 9 }, TALL);
  assert.ok(kept.x + kept.width <= 1.0001 && kept.y >= 0);
});
