import assert from "node:assert/strict";
import { test } from "node:test";
import { cueOf } from "../../../static/js/captions/core/cues.js";
import { fileOf, shown, typed } from "../../../static/js/captions/core/file.js";
import { placesOf, replaced } from "../../../static/js/captions/core/finding.js";

const CUES = ["<v Ines>The bolt, the Bolt", "<i>bolt</i> &amp; nut (x)", "none"].map((text, at) =>
  cueOf({ start: at, end: at + 1, text }),
);

test("words are found in their order, with their capitals where that is asked", () => {
  const found = placesOf(CUES, { words: "bolt", exactly: false });
  assert.deepEqual(
    found.map(({ key, from }) => [key - CUES[0].key, from]),
    [
      [0, 4],
      [0, 14],
      [1, 3],
    ],
  );
  assert.equal(placesOf(CUES, { words: "Bolt", exactly: true }).length, 1);
});

test("what is searched for is no pattern, and tags are not searched", () => {
  assert.equal(placesOf(CUES, { words: "(x)", exactly: false }).length, 1);
  assert.equal(placesOf(CUES, { words: ".", exactly: false }).length, 0);
  assert.equal(placesOf(CUES, { words: "i", exactly: false }).length, 0);
  assert.equal(placesOf(CUES, { words: "& nut", exactly: false }).length, 1);
  assert.equal(placesOf(CUES, { words: "  ", exactly: false }).length, 0);
});

test("other words are put in one place or in all, and hostile ones are text", () => {
  const wanted = { words: "bolt", exactly: false };
  const all = replaced(CUES, wanted, "<img onerror=x>");
  assert.equal(all.count, 3);
  assert.equal(all.cues[0].text, "<v Ines>The &lt;img onerror=x&gt;, the &lt;img onerror=x&gt;");
  assert.equal(all.cues[1].text, "<i>&lt;img onerror=x&gt;</i> &amp; nut (x)");
  assert.equal(all.cues[2], CUES[2]);
  const one = replaced(CUES, wanted, "$& nut", placesOf(CUES, wanted)[1]);
  assert.deepEqual([one.count, one.cues[0].text], [1, "<v Ines>The bolt, the $&amp; nut"]);
  assert.equal(replaced(CUES, { words: "zzz", exactly: false }, "y").cues, CUES);
});

test("ten thousand cues are searched at once", () => {
  const many = Array.from({ length: 10_000 }, (_, at) => cueOf({ start: at, end: at + 1, text: `Line ${at} a bolt` }));
  assert.equal(replaced(many, { words: "bolt", exactly: false }, "nut").count, 10_000);
});

test("a file has no line that would end a cue early", () => {
  const cues = [cueOf({ start: 3725.04, end: 3726, text: "One\n\n \ntwo", id: "x", settings: "line:5%" })];
  assert.equal(
    fileOf(cues, ["STYLE\n::cue { color: red; }"]),
    "WEBVTT\n\nSTYLE\n::cue { color: red; }\n\nx\n01:02:05.040 --> 01:02:06.000 line:5%\nOne\ntwo\n",
  );
});

test("moments are shown short, and read as people type them", () => {
  assert.deepEqual([0, 4200, 64_250, 3_725_040].map(shown), ["0:00.0", "0:04.2", "1:04.25", "1:02:05.04"]);
  assert.deepEqual(["0:00.0", "4,2", "1:04.25", "1:02:05.04", " 90 ", "x", "", "-1", "1:2:3:4"].map(typed), [
    0,
    4200,
    64_250,
    3_725_040,
    90_000,
    null,
    null,
    null,
    null,
  ]);
});
