/** What an upload makes of an answer that it did not hope for, and what all of them are together. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { activity } from "../../../static/js/uploads/core/queue.js";
import { Patience } from "../../../static/js/uploads/core/refusals.js";

const refusal = (status, detail = "A sentence.") => ({ status, detail, retryAfter: 0 });

test("a server at fault is asked for a quarter of an hour while nothing arrives, and anew once something has", () => {
  const patience = new Patience();
  assert.equal(patience.judge(refusal(503), { arrived: 0, now: 10 }), "again");
  assert.equal(patience.judge(refusal(500), { arrived: 0, now: 909 }), "again");
  assert.equal(patience.judge(refusal(503), { arrived: 0, now: 910 }), "stopped");
  assert.equal(patience.judge(refusal(503), { arrived: 5, now: 911 }), "again");
  assert.equal(patience.failures, 1);
});

test("no answer and too many requests pass by themselves, however long it takes", () => {
  const patience = new Patience();
  for (const now of [0, 10_000]) {
    for (const status of [0, 429]) assert.equal(patience.judge(refusal(status, ""), { arrived: 0, now }), "again");
  }
});

test("who is signed out has only to sign in, however often that is asked for", () => {
  const patience = new Patience();
  for (let time = 0; time < 40; time += 1)
    assert.equal(patience.judge(refusal(401, ""), { arrived: 5, now: 100 * time }), "signed-out");
});

test("a stall or a held lock passes, but not for ever", () => {
  const patience = new Patience();
  const verdicts = Array.from({ length: 13 }, () => patience.judge(refusal(423), { arrived: 7, now: 0 }));
  assert.deepEqual(verdicts, [...Array(12).fill("again"), "stopped"]);
  patience.renew();
  assert.equal(patience.judge(refusal(423), { arrived: 7, now: 0 }), "again");
});

test("only what our server says of the file itself is the end of it", () => {
  const judge = (...given) => new Patience().judge(refusal(...given), { arrived: 0, now: 0 });
  assert.equal(judge(400), "refused");
  assert.equal(judge(413), "refused");
  assert.equal(judge(400, ""), "stopped");
  assert.equal(judge(403), "stopped");
  assert.equal(judge(410), "ended");
});

test("what the uploads are doing is what is true of them", () => {
  const of = (...states) =>
    states.map((state) => ({ state: state.replace("!", ""), isInterrupted: state.endsWith("!") }));
  assert.equal(activity([], true), "none");
  assert.equal(activity(of("running", "running!", "stored"), true), "sending");
  assert.equal(activity(of("running!", "running!", "waiting"), true), "interrupted");
  assert.equal(activity([...of("running!"), { ...of("running!")[0], isSignedOut: true }], true), "signed_out");
  assert.equal(activity(of("running", "waiting"), false), "offline");
  assert.equal(activity(of("finishing", "stored"), true), "finishing");
  assert.equal(activity(of("paused", "stored"), true), "paused");
  assert.equal(activity(of("failed", "stored"), false), "failed");
  assert.equal(activity(of("stored", "refused"), true), "stored");
  assert.equal(activity(of("asleep"), true), "none");
});
