import assert from "node:assert/strict";
import { test } from "node:test";
import { asText, lineAt, linesOf, linesWith, partsOf } from "../../../static/js/playback/core/transcript.js";

const LINES = linesOf([
  { start: 12, end: 14, text: "<v.loud Ines>The second <i>bolt</i>\nis the one &amp; only</v>" },
  { start: 3, end: 5, text: "[metal clicks]" },
  { start: 20, end: 22, text: "<c.x></c> " },
  { start: 3725, end: 3726, text: "Über den Café-Bolt" },
]);

test("lines stand in the order of the film, with speakers and without tags", () => {
  assert.deepEqual(LINES, [
    { start: 3, end: 5, speaker: "", text: "[metal clicks]" },
    { start: 12, end: 14, speaker: "Ines", text: "The second bolt is the one & only" },
    { start: 3725, end: 3726, speaker: "", text: "Über den Café-Bolt" },
  ]);
});

test("what is no tag that we know is text, and never markup", () => {
  assert.equal(linesOf([{ start: 0, end: 1, text: "a &lt;b&gt; c &unknown;" }])[0].text, "a <b> c &unknown;");
});

test("the line of a second is the last that has begun", () => {
  assert.deepEqual(
    [0, 3, 11.9, 12, 9999].map((second) => lineAt(LINES, second)),
    [-1, 0, 0, 1, 2],
  );
  assert.equal(lineAt([], 5), -1);
});

test("words are found whatever their case and accents, and speakers too", () => {
  assert.deepEqual(linesWith(LINES, "BOLT"), [1, 2]);
  assert.deepEqual(linesWith(LINES, "uber"), [2]);
  assert.deepEqual(linesWith(LINES, "ines"), [1]);
  assert.deepEqual(linesWith(LINES, "  "), []);
});

test("a text comes in parts with what was searched for told apart", () => {
  assert.deepEqual(partsOf("bolt, Bolt", "bolt"), [
    { text: "bolt", isFound: true },
    { text: ", ", isFound: false },
    { text: "Bolt", isFound: true },
  ]);
  assert.deepEqual(partsOf("Café", "cafe"), [{ text: "Café", isFound: true }]);
  assert.deepEqual(partsOf("nothing", ""), [{ text: "nothing", isFound: false }]);
});

test("all of it can be taken away with its times", () => {
  assert.equal(
    asText(LINES),
    "0:03 [metal clicks]\n0:12 Ines: The second bolt is the one & only\n1:02:05 Über den Café-Bolt\n",
  );
});
