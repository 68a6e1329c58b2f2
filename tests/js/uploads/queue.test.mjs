import assert from "node:assert/strict";
import { test } from "node:test";
import { duration, fileSize } from "../../../static/js/site/core/format.js";
import { Speedometer } from "../../../static/js/uploads/core/speed.js";
import { isBusy, mayBecome, sameFile, startable } from "../../../static/js/uploads/core/queue.js";
import { speaks } from "../languages.mjs";

speaks("en");

test("sizes read as people write them", () => {
  assert.equal(fileSize(999), "999 bytes");
  assert.equal(fileSize(1500), "1.5 kB");
  assert.equal(fileSize(999_600), "1.0 MB");
  assert.equal(fileSize(6_100_000_000), "6.1 GB");
});

test("times are never nothing", () => {
  assert.equal(duration(0.2), "1 s");
  assert.equal(duration(120), "2 min");
  assert.equal(duration(7200), "2 h");
});

test("what a resumed upload has sent before is no speed", () => {
  const speedometer = new Speedometer();
  speedometer.observe(5_000_000, 10);
  assert.equal(speedometer.left(1), null);
  speedometer.observe(6_000_000, 11);
  assert.equal(speedometer.rate, 1_000_000);
  assert.equal(speedometer.left(3_000_000), 3);
});

test("a burst moves the speed only a little", () => {
  const speedometer = new Speedometer(5);
  for (let second = 0; second <= 10; second += 1) speedometer.observe(second * 1000, second);
  speedometer.observe(20_000, 11);
  assert.ok(speedometer.rate > 1000 && speedometer.rate < 3000);
});

test("three uploads run at once, in order", () => {
  const uploads = ["stored", "running", "finishing", "waiting", "waiting"].map((state) => ({ state }));
  assert.deepEqual(startable(uploads), [uploads[3]]);
  assert.equal(isBusy(uploads), true);
  assert.equal(isBusy([{ state: "stored" }, { state: "paused" }]), false);
});

test("what has been stored or cancelled stays so", () => {
  for (const end of ["stored", "cancelled"]) {
    assert.ok(["waiting", "running", "failed"].every((state) => !mayBecome(end, state)));
  }
  assert.equal(mayBecome("failed", "waiting"), true);
});

test("a file is the same only when name, size and time agree", () => {
  const file = { name: "a.mp4", size: 1, lastModified: 2 };
  assert.equal(sameFile(file, { ...file }), true);
  assert.equal(sameFile(file, { ...file, lastModified: 3 }), false);
});

test("what comes in later is no speed, and the speed so far stays", () => {
  const speedometer = new Speedometer();
  speedometer.observe(0, 0);
  speedometer.observe(1_000_000, 1);
  speedometer.rebase();
  speedometer.observe(900_000_000, 2);
  assert.equal(speedometer.rate, 1_000_000);
});

test("an upload that sleeps may turn out to be stored", () => {
  assert.equal(mayBecome("asleep", "stored"), true);
});
