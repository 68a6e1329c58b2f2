import assert from "node:assert/strict";
import { test } from "node:test";
import { trackToToggle } from "../../../static/js/playback/core/subtitle_choice.js";

const track = (language, mode = "disabled") => ({ language, mode });
const [english, german, own] = [track("eng"), track("deu"), track("")];
const ofFilm = new Set([english, german]);
const about = { last: null, ofFilm, language: "de" };

test("what is shown goes away", () => {
  const shown = track("fra", "showing");
  assert.equal(trackToToggle([german, shown], { ...about, last: german }), shown);
});

test("what was shown last comes back, as long as it is there", () => {
  assert.equal(trackToToggle([english, german], { ...about, last: english }), english);
  assert.equal(trackToToggle([german], { ...about, last: english }), german);
});

test("a file of one's own goes before those of the film", () => {
  assert.equal(trackToToggle([english, german, own], about), own);
});

test("else the page's language is shown, or the first", () => {
  assert.equal(trackToToggle([english, german], about), german);
  assert.equal(trackToToggle([english, german], { ...about, language: "en-GB" }), english);
  const odd = track("not a language");
  assert.equal(trackToToggle([german, odd], { ...about, ofFilm: new Set([german, odd]), language: "?" }), german);
  assert.equal(trackToToggle([], about), undefined);
});
