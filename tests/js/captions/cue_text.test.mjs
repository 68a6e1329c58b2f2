import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldOf, halves, markupOf, rewritten, spoken } from "../../../static/js/captions/core/cue_text.js";

const UNSURE = "<v.loud Ines>The <c.low>second</c> bolt &amp; the <c.low>bushing</c>.</v>";

test("a text is parted into who speaks, what is said and what is in doubt, and put together again", () => {
  const field = fieldOf(UNSURE);
  assert.deepEqual(field, {
    speaker: "Ines",
    voice: ".loud",
    text: "The second bolt & the bushing.",
    doubts: [
      [4, 10],
      [22, 29],
    ],
  });
  assert.equal(markupOf(field), UNSURE.replace("</v>", ""));
});

test("markup that WebVTT knows stays as it is", () => {
  for (const markup of [
    "<i>Hello</i> <lang de>Tag</lang>",
    "<00:01.500>now <b.x>b</b>",
    "- One\n<v B>- Other",
    "a <c.yellow>word</c> here",
    "AT&amp;T &amp;amp; &amp;lt;",
  ])
    assert.equal(markupOf(fieldOf(markup)), markup);
});

test("hostile text is text: it comes out as it went in, and is never markup", () => {
  for (const typed of [
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "1 --> 2 & <3",
    "&lt;i&gt;",
    "&amp; &nbsp; &#33;",
  ]) {
    const markup = markupOf({ speaker: "", voice: "", text: typed, doubts: [] });
    assert.doesNotMatch(markup, /[<>]/);
    if (typed !== "&lt;i&gt;") assert.equal(fieldOf(markup).text, typed);
  }
  const named = markupOf({ speaker: "<b>A\n> & B", voice: "", text: "x", doubts: [] });
  assert.equal(named, "<v &lt;b&gt;A &gt; &amp; B>x");
  // What would be taken for a tag stays an entity.
  assert.equal(fieldOf("&lt;i&gt;not italic").text, "&lt;i&gt;not italic");
  assert.equal(markupOf(fieldOf("&lt;i&gt;not italic")), "&lt;i&gt;not italic");
});

test("words that were not touched keep their doubts", () => {
  const field = fieldOf(UNSURE);
  const doubted = (/** @type {string} */ text) =>
    rewritten(field, text).doubts.map(([from, to]) => text.slice(from, to));
  assert.deepEqual(doubted("The second bolt and the bushing."), ["second", "bushing"]);
  assert.deepEqual(doubted("The third bolt & the bushing."), ["bushing"]);
  assert.deepEqual(doubted("Now: The second bolt & the bushings."), []);
  assert.deepEqual(doubted("The second bolt & the bushings."), ["second"]);
  assert.deepEqual(doubted("The seconds bolt & the bushing."), ["bushing"]);
  assert.deepEqual(doubted(""), []);
});

test("a text is parted where the caret stands, with its tags and doubts", () => {
  const [one, other] = halves(fieldOf("<v A>Go <i>on, my <c.low>dear</c></i> friend"), "Go <i>on, ".length);
  assert.equal(markupOf(one), "<v A>Go <i>on,</i>");
  assert.equal(markupOf(other), "<v A><i>my <c.low>dear</c></i> friend");
});

test("letters that are written as entities are themselves", () => {
  assert.equal(fieldOf("a&nbsp;b&#33;&#x21; &rlm;").text, "a\u00A0b!! \u200F");
});

test("what is said is told without tags", () => {
  assert.equal(spoken("<i>Hello</i> a<b"), "Hello a<b");
});
