import assert from "node:assert/strict";
import { test } from "node:test";
import {
  change,
  cueOf,
  insert,
  isShown,
  mend,
  merge,
  name,
  nudge,
  placeAt,
  remove,
  sentOf,
  split,
  trust,
  write,
} from "../../../static/js/captions/core/cues.js";
import { begin, redo, step, undo } from "../../../static/js/captions/core/history.js";

const cues = () =>
  [
    { start: 1, end: 3, text: "<v Ines>One <c.low>two</c>", id: "first" },
    { start: 3.5, end: 5.5, text: "<v Ines>three four", settings: "line:5%" },
    { start: 6, end: 8, text: "<v Jonas>five" },
  ].map(cueOf);
const told = (/** @type {any} */ { cues }) => cues.map(({ start, end, text }) => [start, end, text]);

test("what is sent is what came", () => {
  const sent = [
    { start: 1.001, end: 3, text: "a", id: "x", settings: "line:5%" },
    { start: 4, end: 5, text: "" },
  ];
  assert.deepEqual(sentOf(sent.map(cueOf)), sent);
});

test("the place at a moment is that of the last cue that has begun", () => {
  assert.deepEqual(
    [0, 1000, 3499, 3500, 99_999].map((moment) => placeAt(cues(), moment)),
    [-1, 0, 0, 1, 2],
  );
});

test("a cue is split where the caret stands, and where the film is", () => {
  const before = cues();
  const done = split(before, before[1].key, { caret: 5, moment: 4000 });
  assert.deepEqual(told(done).slice(1, 3), [
    [3500, 4000, "<v Ines>three"],
    [4000, 5500, "<v Ines>four"],
  ]);
  assert.equal(done.key, done.cues[2].key);
  assert.equal(done.cues[2].settings, "line:5%");
  assert.equal(done.cues[0], before[0]);
  // Without either: in the middle of the words, in proportion.
  assert.deepEqual(told(split(before, before[1].key, {})).slice(1, 3), [
    [3500, 4500, "<v Ines>three"],
    [4500, 5500, "<v Ines>four"],
  ]);
});

test("cues are merged: one voice is named once, two are both named", () => {
  const before = cues();
  const one = merge(before, before[0].key);
  assert.deepEqual(told(one)[0], [1000, 5500, "<v Ines>One <c.low>two</c>\nthree four"]);
  assert.equal(one.cues[0].id, "first");
  assert.equal(told(merge(before, before[1].key))[1][2], "<v Ines>three four</v>\n<v Jonas>five");
  assert.equal(merge(before, before[2].key).cues, before);
  const empty = [cueOf({ start: 0, end: 1, text: "" }), cueOf({ start: 1, end: 2, text: "x" })];
  assert.deepEqual(told(merge(empty, empty[0].key)), [[0, 2000, "x"]]);
});

test("times are nudged, no further than the film's beginning and the cue's other end", () => {
  const before = cues();
  const at = (/** @type {object} */ by) => told(nudge(before, before[0].key, by))[0].slice(0, 2);
  assert.deepEqual(at({ start: 100, end: 100 }), [1100, 3100]);
  assert.deepEqual(at({ start: -1500, end: -1500 }), [0, 2000]);
  assert.deepEqual(at({ start: 5000 }), [2900, 3000]);
  assert.deepEqual(at({ end: -5000 }), [1000, 1100]);
});

test("cues stay in the order of their times", () => {
  const before = cues();
  const done = change(before, before[0].key, { start: 7000, end: 9000 });
  assert.deepEqual(
    done.cues.map(({ start }) => start),
    [3500, 6000, 7000],
  );
  assert.equal(done.key, before[0].key);
});

test("a new cue ends where the next begins, where there is room", () => {
  const before = cues();
  assert.deepEqual(told(insert(before, 5600))[2], [5600, 6000, ""]);
  assert.deepEqual(told(insert(before, 9000))[3], [9000, 11_000, ""]);
  assert.deepEqual(told(insert([], 0)), [[0, 2000, ""]]);
  assert.equal(isShown(insert(before, 9000).cues[3]), false);
});

test("a deleted cue hands over to the one that takes its place", () => {
  const before = cues();
  assert.equal(remove(before, before[0].key).key, before[1].key);
  assert.equal(remove(before, before[2].key).key, before[1].key);
  assert.deepEqual(remove([before[0]], before[0].key), { cues: [], key: 0 });
});

test("what the gate suggests takes the cue's place", () => {
  const before = cues();
  const done = mend(before, before[1].key, [
    { start: 3.5, end: 4.5, text: "three" },
    { start: 4.5, end: 5.5, text: "four" },
  ]);
  assert.deepEqual(told(done).slice(1, 3), [
    [3500, 4500, "three"],
    [4500, 5500, "four"],
  ]);
  assert.equal(done.cues[1].key, before[1].key);
  assert.equal(done.cues[2].settings, "line:5%");
});

test("words, names and doubts change the text and nothing else", () => {
  const before = cues();
  const key = before[0].key;
  assert.equal(write(before, key, "One two!").cues[0].text, "<v Ines>One <c.low>two</c>!");
  assert.equal(name(before, key, "").cues[0].text, "One <c.low>two</c>");
  assert.equal(trust(before, key).cues[0].text, "<v Ines>One two");
  assert.equal(write(before, key, "One two").cues, before);
});

test("each step is undone and done again, and letters are undone together", () => {
  const first = cues();
  const key = first[0].key;
  let work = begin(first);
  for (const text of ["One two a", "One two ab", "One two abc"])
    work = step(work, write(work.cues, key, text), "write", true);
  assert.equal(work.done.length, 1);
  work = step(work, split(work.cues, first[2].key, {}), "split");
  work = step(work, remove(work.cues, key), "remove");
  const [last, states] = [work.cues, []];
  while (work.done.length > 0) states.push((work = undo(work)).cues.length);
  assert.deepEqual(states, [4, 3, 3]);
  assert.deepEqual(work.cues, first);
  assert.equal(work.cues[0], first[0]);
  assert.equal(undo(work), work);
  while (work.undone.length > 0) work = redo(work);
  assert.deepEqual(work.cues, last);
  assert.equal(redo(work), work);
});

test("what is done after something was undone takes its place", () => {
  const first = cues();
  let work = step(begin(first), remove(first, first[0].key), "remove");
  work = undo(work);
  work = step(work, remove(work.cues, first[2].key), "remove");
  assert.deepEqual(work.undone, []);
  assert.deepEqual(undo(work).cues, first);
});

test("a step that changes nothing is none", () => {
  const first = cues();
  assert.equal(step(begin(first), merge(first, first[2].key), "merge").done.length, 0);
});
