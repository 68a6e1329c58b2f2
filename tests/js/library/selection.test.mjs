/** What the library and the player decide without a browser. */
import assert from "node:assert/strict";
import test from "node:test";

import { filtersOf } from "../../../static/js/library/core/filters.js";
import { clock, momentOf, nextSpeed } from "../../../static/js/playback/core/times.js";
import { Selection } from "../../../static/js/library/core/selection.js";

test("a moment is shown as players show it", () => {
  assert.deepEqual([0, 9.9, 61, 3599, 3600, 3802].map(clock), ["0:00", "0:09", "1:01", "59:59", "1:00:00", "1:03:22"]);
});

test("a link may name a moment in three ways, and anything else names none", () => {
  for (const hash of ["#t=90", "#t=1:30", "#t=1m30s"]) assert.equal(momentOf(hash), 90);
  assert.equal(momentOf("#t=1:00:05"), 3605);
  assert.equal(momentOf("#t=2h"), 7200);
  assert.equal(momentOf("#t=1.5"), 1.5);
  for (const hash of ["", "#t=", "#t=abc", "#t=1:", "#t=-4", "#t=1s2m", "#other", "#t=1:2:3:4", "#t=."]) {
    assert.equal(momentOf(hash), null, hash);
  }
});

test("the speed goes from one of the list to the next, and stays at its ends", () => {
  const speeds = [0.5, 1, 2];
  assert.equal(nextSpeed(speeds, 1, 1), 2);
  assert.equal(nextSpeed(speeds, 1, -1), 0.5);
  assert.equal(nextSpeed(speeds, 2, 1), 2);
  assert.equal(nextSpeed(speeds, 1.3, -1), 1);
});

test("a range goes from what was chosen last, in both directions, and takes away too", () => {
  const [selection, order] = [new Selection(), ["a", "b", "c", "d", "e"]];
  selection.set("d", true);
  selection.extend(order, "b", true);
  assert.deepEqual([...selection.ids].sort(), ["b", "c", "d"]);
  selection.extend(order, "c", false);
  assert.deepEqual([...selection.ids], ["d"]);
});

test("without a beginning, or with one that has left the list, a range is one entry", () => {
  const selection = new Selection();
  selection.extend(["a", "b"], "b", true);
  assert.deepEqual([...selection.ids], ["b"]);
  selection.set("gone", true);
  selection.extend(["a", "b"], "a", true);
  assert.deepEqual([...selection.ids].sort(), ["a", "b", "gone"]);
});

test("what narrows a list is asked of the server, and its order and place are not", () => {
  const search = "?q=sea+side&tag=&collection=c1&tier=cool&longer_than=90&held=true&sort=title&cursor=abc";
  assert.deepEqual(filtersOf(search), { q: "sea side", collection: "c1", tier: "cool", longer_than: 90, held: true });
  assert.deepEqual(filtersOf(""), {});
});
