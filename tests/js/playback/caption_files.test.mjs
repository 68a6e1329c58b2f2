import assert from "node:assert/strict";
import { test } from "node:test";
import { cuesOf } from "../../../static/js/playback/core/caption_files.js";

const SPOKEN = [
  { start: 1.5, end: 3, text: "First words,\nin two lines" },
  { start: 3723.25, end: 3725, text: "an hour later" },
];

test("WebVTT is read, with names, settings and notes", () => {
  const file = `\uFEFFWEBVTT - a title

NOTE nothing of this is said

opening
00:01.500 --> 00:03.000 align:start
First words,
in two lines

01:02:03.250 --> 01:02:05.000
an hour later
`;
  assert.deepEqual(cuesOf(file), SPOKEN);
});

test("SubRip is read, with the line ends of Windows", () => {
  const file =
    "1\n00:00:01,500 --> 00:00:03,000\nFirst words,\nin two lines\n\n2\n01:02:03,250 --> 01:02:05,000\nan hour later\n";
  assert.deepEqual(cuesOf(file.replaceAll("\n", "\r\n")), SPOKEN);
});

test("a line of blanks ends what is said, and so do the next times", () => {
  const file = "00:01.000 --> 00:02.000\none\n \t\n2\n00:03.000 --> 00:04.000\ntwo\n00:05.000 --> 00:06.000\nthree";
  assert.deepEqual(
    cuesOf(file).map(({ text }) => text),
    ["one", "two", "three"],
  );
});

test("a line of blanks ends what is said, and so do the next times", () => {
  const file = "00:01.000 --> 00:02.000\none\n \t\n2\n00:03.000 --> 00:04.000\ntwo\n00:05.000 --> 00:06.000\nthree";
  assert.deepEqual(
    cuesOf(file).map(({ text }) => text),
    ["one", "two", "three"],
  );
});

test("what is no captions gives none", () => {
  for (const file of ["", "words", "00:01.000 --> 00:02.000", "00:03.000 --> 00:02.000\nbackwards", "\0\u0001ftyp"]) {
    assert.deepEqual(cuesOf(file), []);
  }
});
