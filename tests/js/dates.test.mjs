/** Times as people read them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { day, dayName, exact, near } from "../../static/js/site/core/dates.js";
import { speaks } from "./languages.mjs";

speaks("en");

const now = new Date(2026, 0, 1, 9, 5);

test("today is a time, yesterday has a name, and others their date", () => {
  assert.equal(near(new Date(2026, 0, 1, 0, 1), now, "en-GB"), "00:01");
  assert.equal(near(new Date(2025, 11, 31, 23, 59), now, "en-GB"), "Yesterday");
  assert.equal(near(new Date(2025, 11, 30, 23, 59), now, "en-GB"), "30 Dec 2025");
});

test("hours are those of the language", () => {
  assert.equal(exact(new Date(2026, 4, 3, 15, 7), "en-GB"), "3 May 2026, 15:07");
  assert.match(exact(new Date(2026, 4, 3, 15, 7), "en-US"), /^3 May 2026, 3:07\sPM$/);
  assert.equal(day(new Date(2026, 4, 3)), "3 May 2026");
});

test("another language has its own months, order and names of days", () => {
  speaks("de");
  assert.equal(exact(new Date(2026, 2, 3, 15, 7), "de-DE"), "3. März 2026, 15:07");
  assert.equal(near(new Date(2025, 11, 31, 23, 59), now, "de-DE"), "Gestern");
  assert.equal(dayName(now, now), "Heute");
  speaks("en");
});
