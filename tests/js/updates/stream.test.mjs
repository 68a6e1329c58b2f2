/** Event streams that are asked for, and how long to wait between two questions. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { eventsOf, pauseAfter } from "../../../static/js/updates/core/stream.js";

test("events are read with their names, data and positions", () => {
  const text = 'retry: 2000\n\nevent: video.changed\nid: 7-5\ndata: {"id":"a"}\n\n:\n\nid: 8-9\n\n';
  assert.deepEqual(eventsOf(text), {
    events: [{ name: "video.changed", id: "7-5", data: '{"id":"a"}' }],
    last: "8-9",
  });
});

test("nothing is read where nothing was sent", () => {
  assert.deepEqual(eventsOf(""), { events: [], last: null });
  assert.deepEqual(eventsOf("retry: 2000\n\n:\n\n"), { events: [], last: null });
});

test("pauses grow to a minute, and not all pages ask at once", () => {
  const pauses = [0, 1, 2, 3, 4, 100].map((quiet) => pauseAfter(quiet, 0.5));
  assert.deepEqual(pauses, [5000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  assert.equal(pauseAfter(0, 0), 3750);
  assert.equal(pauseAfter(0, 1), 6250);
});
