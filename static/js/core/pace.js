/** How fast an upload goes, smoothed, and how long the rest will take. */
export class Pace {
  /** @param {number} halfLife after so many seconds an observation counts half */
  constructor(halfLife = 5) {
    this.halfLife = halfLife;
    this.rate = 0;
    /** @type {{bytes: number, at: number} | null} */
    this.last = null;
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

  /** Begin anew after a pause. */
  reset() {
    this.last = null;
    this.rate = 0;
  }

  /** @param {number} bytes @returns {number | null} seconds, or null while nobody can tell */
  left(bytes) {
    return this.rate > 0 ? bytes / this.rate : null;
  }
}
