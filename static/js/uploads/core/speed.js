/** How fast an upload goes, smoothed, and how long the rest will take. */
export class Speedometer {
  /** @param {number} halfLife after so many seconds an observation counts half */
  constructor(halfLife = 5) {
    this.halfLife = halfLife;
    this.rate = 0;
    /** @type {{bytes: number, at: number} | null} */
    this.last = null;
    /** When it will be over, by what was last said. @type {number | null} */
    this.end = null;
  }

  /** Begin anew after a pause. */
  reset() {
    this.rate = 0;
    this.last = null;
    this.end = null;
  }

  /** Count from anew, at the speed so far: what is to be sent has changed. */
  rebase() {
    this.last = null;
    this.end = null;
  }

  /**
   * Take in how much has been sent. What a resumed upload has sent before is no speed.
   * @param {number} bytes in all @param {number} at in seconds
   */
  observe(bytes, at) {
    if (this.last === null || bytes < this.last.bytes) {
      this.last = { bytes, at };
      return;
    }
    const passed = at - this.last.at;
    if (passed < 0.2) return;
    const now = (bytes - this.last.bytes) / passed;
    const weight = this.rate === 0 ? 1 : 1 - 0.5 ** (passed / this.halfLife);
    this.rate += (now - this.rate) * weight;
    this.last = { bytes, at };
  }

  /**
   * How long the rest will take. What is said never grows: where the estimate has become much longer, nothing is said
   * once, and then the new one.
   * @param {number} bytes @param {number} at in seconds
   * @returns {number | null} seconds, or null while nobody can tell
   */
  left(bytes, at) {
    if (this.rate <= 0) return null;
    const estimate = bytes / this.rate;
    if (this.end === null) {
      this.end = at + estimate;
      return estimate;
    }
    const said = Math.max(1, this.end - at);
    if (estimate > 2 * said + 10) {
      this.end = null;
      return null;
    }
    this.end = Math.min(this.end, at + estimate);
    return Math.max(Math.min(said, estimate), 0);
  }
}
