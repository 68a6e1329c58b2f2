/**
 * How a sign video is kept beside its film: looked at many times a second, and told what to do next.
 *
 * Small drift is worked off by a speed that nobody sees, large drift by a seek. Who is ahead waits: the sign video for
 * its film at once, the film for its sign video after a grace. The film's speed is never touched, for it is heard.
 */

/** Seconds of drift that are left alone. */
const CLOSE = 0.008;
/** Seconds of drift that a speed works off; what is more is sought, or waited for. */
const FAR = 0.25;
/** Seconds in which a speed works off all drift, as far as the speed goes. */
const WITHIN = 0.4;
const MOST_SPEEDING = 0.3;
/** A sign video that is farther ahead than this seeks back rather than waits. */
const LONGEST_WAIT = 2;
/** Seconds for which the film goes on without its sign video. */
const GRACE = 0.15;
/** Seconds after which it goes on anyway: a sign video may never come. */
const LONGEST_HOLD = 10;
/** Seconds by which the film may be ahead when both go on together. */
const CAUGHT_UP = 0.015;

/**
 * @typedef {object} Seen what both are at one moment
 * @property {number} at seconds of any clock that does not stop
 * @property {boolean} playing whether the person wants the film to play
 * @property {number} rate the film's speed
 * @property {number} film where the film is, in seconds
 * @property {boolean} filmReady whether it can go on from there at once
 * @property {number} sign where the sign video is
 * @property {boolean} signReady
 * @property {number} end how long the sign video is
 */

/**
 * @typedef {object} Step what is to be done now
 * @property {boolean} play whether the sign video plays
 * @property {number} rate its speed
 * @property {number | null} seek where it goes; null where it stays
 * @property {boolean} hold whether the film waits for it
 * @property {boolean} outside whether nothing is signed at this moment of the film
 * @property {number} drift seconds by which the sign video is ahead
 */

/** Follows one film with one sign video. */
export class Sync {
  /** @param {number} offset the second of the film at which the sign video begins */
  constructor(offset) {
    this.offset = offset;
    /** How long the last seeks took: what is sought while the film plays has to be that much ahead. */
    this.lead = 0.12;
    this.holding = false;
    this.waiting = false;
    /** @type {number | null} */
    this.lateSince = null;
    /** @type {number | null} */
    this.soughtAt = null;
    this.forgiven = false;
  }

  /** The person goes on although the sign video has not caught up: it is not waited for this time. */
  goOn() {
    this.holding = false;
    this.forgiven = true;
  }

  /** @param {Seen} seen @returns {Step} */
  next(seen) {
    const wanted = seen.film - this.offset;
    const drift = seen.sign - wanted;
    if (wanted < 0 || wanted >= seen.end) return this.#rest(seen, Math.max(0, Math.min(wanted, seen.end)), true);
    this.#learn(seen);
    if (!seen.playing) return this.#rest(seen, wanted, false);
    if (!seen.signReady) return this.#late(seen, drift);
    if (this.holding) return this.#catchUp(seen, drift, wanted);
    this.lateSince = null;
    // Where the film goes somewhere else both go at once, and need not wait for one another's.
    if (!seen.filmReady) return step(drift, { play: false, seek: Math.abs(drift) > FAR ? wanted : null });
    return this.#follow(seen, drift, wanted);
  }

  /** @param {Seen} seen @param {number} place @param {boolean} outside @returns {Step} */
  #rest(seen, place, outside) {
    this.holding = this.waiting = this.forgiven = false;
    this.lateSince = null;
    const drift = seen.sign - place;
    const seek = Math.abs(drift) > CLOSE * 2 && seen.signReady ? place : null;
    return step(drift, { play: false, seek, outside });
  }

  /** It has nothing to show. @param {Seen} seen @param {number} drift @returns {Step} */
  #late(seen, drift) {
    this.lateSince ??= seen.at;
    if (seen.at - this.lateSince > LONGEST_HOLD) this.goOn();
    if (!this.forgiven && seen.filmReady && seen.at - this.lateSince >= GRACE) this.holding = true;
    return step(drift, { play: true, rate: seen.rate, hold: this.holding });
  }

  /**
   * The film stands: it goes on once both are at the same place.
   * @param {Seen} seen @param {number} drift @param {number} wanted @returns {Step}
   */
  #catchUp(seen, drift, wanted) {
    if (drift < -FAR * 4 || drift > FAR) return step(drift, { play: true, rate: seen.rate, seek: wanted, hold: true });
    if (drift < -CAUGHT_UP) return step(drift, { play: true, rate: seen.rate, hold: true });
    this.holding = false;
    return step(drift, { play: true, rate: seen.rate });
  }

  /** @param {Seen} seen @param {number} drift @param {number} wanted @returns {Step} */
  #follow(seen, drift, wanted) {
    if (drift < -FAR || drift > LONGEST_WAIT) {
      this.soughtAt = seen.at;
      return step(drift, { play: true, rate: seen.rate, seek: Math.min(wanted + this.lead * seen.rate, seen.end) });
    }
    this.waiting = drift > (this.waiting ? CLOSE : FAR / 2);
    if (this.waiting) return step(drift, { play: false });
    if (Math.abs(drift) < FAR / 2) this.forgiven = false;
    if (Math.abs(drift) < CLOSE) return step(drift, { play: true, rate: seen.rate });
    const faster = Math.max(-MOST_SPEEDING, Math.min(MOST_SPEEDING, -drift / WITHIN));
    return step(drift, { play: true, rate: seen.rate * (1 + faster) });
  }

  /** How long a seek takes here. @param {Seen} seen */
  #learn(seen) {
    if (this.soughtAt === null || !seen.signReady) return;
    const took = Math.min(1, seen.at - this.soughtAt);
    this.soughtAt = null;
    this.lead += (took - this.lead) / 2;
  }
}

/** @param {number} drift @param {Partial<Step>} more @returns {Step} */
function step(drift, more) {
  return { play: false, rate: 1, seek: null, hold: false, outside: false, drift, ...more };
}
