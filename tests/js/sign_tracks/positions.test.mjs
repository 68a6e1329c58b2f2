import assert from "node:assert/strict";
import { test } from "node:test";
import { Median, Positions } from "../../../static/js/sign_tracks/core/positions.js";

test("a frame tells where the film is, for a moment", () => {
  const film = new Positions();
  assert.equal(film.at(1, 1), null);
  film.show(1, 20);
  assert.equal(film.at(1.1, 2), 20.2);
  assert.equal(film.at(2, 1), null);
  film.forget();
  assert.equal(film.at(1, 1), null);
});

test("one late frame changes nothing", () => {
  const median = new Median();
  for (const value of [0, 0.01, 0.5, 0.01]) median.of(value);
  assert.equal(median.of(0), 0.01);
  median.forget();
  assert.equal(median.of(3), 3);
});
