/** Where a film is, by the frames that it has shown: what the eye sees, and not what the decoder has got to. */

/** Seconds for which a frame tells where the film is. */
const FRESH = 0.3;
const REMEMBERED = 5;

/** The frames of one film. Times are seconds of one clock. */
export class Positions {
  constructor() {
    /** @type {{shownAt: number, place: number} | null} */
    this.last = null;
  }

  /** A frame is shown. @param {number} shownAt @param {number} place its second of the film */
  show(shownAt, place) {
    this.last = { shownAt, place };
  }

  /** It goes somewhere else: its frames tell nothing any more. */
  forget() {
    this.last = null;
  }

  /** Where it is now; null where no frame tells. @param {number} at @param {number} rate */
  at(at, rate) {
    if (this.last === null || Math.abs(at - this.last.shownAt) > FRESH) return null;
    return this.last.place + (at - this.last.shownAt) * rate;
  }
}

/** Evens out what frames tell: each may be late by a refresh of the screen. */
export class Median {
  constructor() {
    /** @type {number[]} */
    this.values = [];
  }

  /** @param {number} value @returns {number} the median of the last few */
  of(value) {
    this.values = [...this.values, value].slice(-REMEMBERED);
    return [...this.values].sort((one, other) => one - other)[Math.floor(this.values.length / 2)];
  }

  forget() {
    this.values = [];
  }
}
