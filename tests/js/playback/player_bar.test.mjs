import assert from "node:assert/strict";
import { test } from "node:test";
import { bufferedUntil } from "../../../static/js/playback/core/ranges.js";
import { placeByKey } from "../../../static/js/playback/core/slider_keys.js";
import { tileAt, tilesOf } from "../../../static/js/playback/core/storyboard.js";
import { spokenPlace } from "../../../static/js/playback/core/times.js";
import { meaningOf } from "../../../static/js/playback/core/touches.js";

const WORDS = { hours: "hour", minutes: "minute", seconds: "second" };

/** English, for the keys that are asked here. */
function say(key, { count, place, length }) {
  if (key === "playback.place") return `${place} of ${length}`;
  return `${count} ${WORDS[key.replace("playback.", "")]}${count === 1 ? "" : "s"}`;
}

test("a place is said in words, without those parts that are none", () => {
  assert.equal(spokenPlace(63, 300, say), "1 minute 3 seconds of 5 minutes");
  assert.equal(spokenPlace(0, 3601, say), "0 seconds of 1 hour 1 second");
  assert.equal(spokenPlace(59.9, Number.NaN, say), "59 seconds");
});

test("what has been read ahead is told from where the film is", () => {
  const ranges = { length: 2, start: (index) => [0, 50][index], end: (index) => [10, 60][index] };
  assert.equal(bufferedUntil(ranges, 5), 10);
  assert.equal(bufferedUntil(ranges, 55), 60);
  assert.equal(bufferedUntil(ranges, 20), 20);
});

test("keys of the slider stay inside the film, and others mean nothing", () => {
  const at = { now: 58, length: 60 };
  assert.equal(placeByKey("ArrowRight", at), 60);
  assert.equal(placeByKey("ArrowDown", at), 53);
  assert.equal(placeByKey("PageDown", at), 52);
  assert.equal(placeByKey("Home", at), 0);
  assert.equal(placeByKey("End", { now: 0, length: Number.NaN }), 0);
  assert.equal(placeByKey("x", at), null);
});

test("a storyboard names its pictures relative to itself", () => {
  const file = `WEBVTT

00:00:00.000 --> 00:00:02.000
storyboard/v1/storyboard-1.webp#xywh=0,0,160,90

00:00:02.000 --> 00:00:04.000
storyboard/v1/storyboard-1.webp#xywh=160,0,160,90

00:00:04.000 --> 00:00:06.000
no place
`;
  const tiles = tilesOf(file, "http://gate/api/videos/1/storyboard.vtt?v=2");
  assert.equal(tiles.length, 2);
  assert.deepEqual(tileAt(tiles, 3), {
    start: 2,
    sheet: "http://gate/api/videos/1/storyboard/v1/storyboard-1.webp",
    x: 160,
    y: 0,
    width: 160,
    height: 90,
  });
  assert.equal(tileAt(tiles, 99).x, 160);
  assert.equal(tileAt([], 1), undefined);
});

test("two touches at one side go back or forward, all others are about the bar", () => {
  const first = { at: 1000, place: 0.9 };
  assert.equal(meaningOf(first, null), "bar");
  assert.equal(meaningOf({ at: 1200, place: 0.8 }, first), "forward");
  assert.equal(meaningOf({ at: 1200, place: 0.1 }, { at: 1000, place: 0.2 }), "back");
  assert.equal(meaningOf({ at: 1200, place: 0.1 }, first), "bar");
  assert.equal(meaningOf({ at: 1200, place: 0.5 }, { at: 1000, place: 0.5 }), "bar");
  assert.equal(meaningOf({ at: 1500, place: 0.9 }, first), "bar");
});
