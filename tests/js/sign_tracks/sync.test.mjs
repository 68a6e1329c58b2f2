import assert from "node:assert/strict";
import { test } from "node:test";
import { Sync } from "../../../static/js/sign_tracks/core/sync.js";

const TICK = 0.016;

/** A film and its sign video, as far as their clocks go. */
class Pair {
  constructor({ offset = 0, end = 600 } = {}) {
    this.sync = new Sync(offset);
    Object.assign(this, { offset, end, at: 0, wants: true, rate: 1, seekTakes: 0.2 });
    this.film = { place: 0, ready: true, held: false };
    this.sign = { place: 0, ready: true, plays: false, rate: 1, readyAt: 0 };
    this.seeks = 0;
  }

  get drift() {
    return this.sign.place - (this.film.place - this.offset);
  }

  run(seconds, each = () => undefined) {
    for (const until = this.at + seconds; this.at < until; this.at += TICK) {
      const filmMoves = this.wants && !this.film.held && this.film.ready;
      if (filmMoves) this.film.place += TICK * this.rate;
      const ready = this.sign.ready && this.at >= this.sign.readyAt;
      if (this.sign.plays && ready) this.sign.place += TICK * this.sign.rate;
      const step = this.sync.next({
        at: this.at,
        playing: this.wants,
        rate: this.rate,
        film: this.film.place,
        filmReady: this.film.ready,
        sign: this.sign.place,
        signReady: ready,
        end: this.end,
      });
      this.film.held = step.hold;
      this.sign.plays = step.play;
      this.sign.rate = step.rate;
      if (step.seek !== null) {
        this.seeks += 1;
        this.sign.place = step.seek;
        this.sign.readyAt = this.at + this.seekTakes;
      }
      each(step);
    }
  }
}

const near = (value, most) => assert.ok(Math.abs(value) <= most, `${value} s, ${most} s at most`);

test("both go on together, and small drift is worked off by a speed that nobody sees", () => {
  const pair = new Pair();
  pair.run(1);
  for (const drift of [-0.1, 0.1]) {
    pair.sign.place += drift;
    pair.run(1);
    near(pair.drift, 0.012);
  }
  assert.equal(pair.seeks, 0);
});

test("after a seek of the film both are at the same place within half a second", () => {
  const pair = new Pair();
  pair.run(1);
  for (const place of [300, 20]) {
    pair.film.place = place;
    pair.run(0.5);
    near(pair.drift, 0.1);
    pair.run(2);
    near(pair.drift, 0.012);
  }
});

test("both seek at once, and not one after the other", () => {
  const pair = new Pair();
  pair.run(1);
  pair.film.place = 300;
  pair.film.ready = false;
  pair.run(0.3);
  pair.film.ready = true;
  pair.run(0.1);
  near(pair.drift, 0.02);
  assert.equal(pair.seeks, 1);
});

test("a sign video that stalls is waited for, and has lost nothing half a second after", () => {
  const pair = new Pair();
  pair.run(1);
  pair.sign.ready = false;
  pair.run(1.5);
  assert.ok(pair.film.held);
  pair.sign.ready = true;
  pair.run(0.5);
  near(pair.drift, 0.1);
  assert.equal(pair.film.held, false);
  assert.equal(pair.seeks, 0);
});

test("a film that stalls is waited for", () => {
  const pair = new Pair();
  pair.run(1);
  pair.film.ready = false;
  pair.run(1.5, (step) => assert.ok(!step.play));
  pair.film.ready = true;
  pair.run(0.5);
  near(pair.drift, 0.04);
});

test("a short break of the sign video does not stop the film", () => {
  const pair = new Pair();
  pair.run(1);
  pair.sign.ready = false;
  pair.run(0.1, (step) => assert.equal(step.hold, false));
  pair.sign.ready = true;
  pair.run(1, (step) => assert.equal(step.hold, false));
  near(pair.drift, 0.012);
});

test("a person who goes on anyway is not stopped again until both are together", () => {
  const pair = new Pair();
  pair.run(1);
  pair.sign.ready = false;
  pair.run(1);
  pair.sync.goOn();
  pair.run(2, (step) => assert.equal(step.hold, false));
});

test("a sign video that never comes back does not hold the film for ever", () => {
  const pair = new Pair();
  pair.run(1);
  pair.sign.ready = false;
  pair.run(12);
  assert.equal(pair.film.held, false);
});

test("pausing, seeking while paused and another speed are followed", () => {
  const pair = new Pair({ offset: 2 });
  pair.film.place = 10;
  pair.wants = false;
  pair.run(1, (step) => assert.ok(!step.play));
  near(pair.drift, 0.001);
  Object.assign(pair, { wants: true, rate: 2 });
  pair.run(3);
  near(pair.drift, 0.02);
});

test("before its beginning and after its end nothing is signed, and the film goes on", () => {
  const pair = new Pair({ offset: 2, end: 3 });
  pair.run(1, (step) => assert.deepEqual([step.outside, step.play, step.hold], [true, false, false]));
  pair.run(2);
  near(pair.drift, 0.1);
  pair.run(4);
  pair.run(0.1, (step) => assert.deepEqual([step.outside, step.play, step.hold], [true, false, false]));
});
