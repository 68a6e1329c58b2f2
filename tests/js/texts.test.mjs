/** What scripts say: sentences with values, plural forms, numbers and sizes by language. */
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { fileSize } from "../../static/js/site/core/format.js";
import { problemText, t } from "../../static/js/site/core/texts.js";
import { speaks } from "./languages.mjs";

beforeEach(() => speaks("en"));

test("a count chooses the plural form", () => {
  assert.equal(t("library.count", { count: 1 }), "1 video");
  assert.equal(t("library.count", { count: 0 }), "0 videos");
  speaks("de");
  assert.equal(t("library.count", { count: 12345 }), "12.345 Videos");
});

test("a value is never read as a sentence", () => {
  assert.equal(t("library.deleted", { title: "{title} $& <b>" }), "“{title} $& <b>” is in the trash");
});

test("sizes have the language's comma", () => {
  assert.equal(fileSize(6_100_000_000), "6.1 GB");
  assert.equal(fileSize(1), "1 byte");
  assert.equal(fileSize(999_600), "1.0 MB");
  speaks("de");
  assert.equal(fileSize(6_100_000_000), "6,1 GB");
});

test("a refusal is said in the page's language, and in the server's words where that is theirs", () => {
  const problem = { type: "/problems/video-not-found", detail: "There is no video 7." };
  assert.equal(problemText(problem), "There is no video 7.");
  assert.equal(problemText({}), "");
  speaks("de");
  assert.match(problemText(problem), /^Dieses Video gibt es nicht/);
  assert.equal(problemText({ type: "/problems/unheard-of", detail: "As it is." }), "As it is.");
});
