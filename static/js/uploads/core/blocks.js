/**
 * How a file is cut into blocks, which of them are still to be sent, and how fast to go about it. No network, no DOM.
 */

/** @typedef {{ id: string, start: number, end: number }} Block `end` is the first byte after it. */

/**
 * Cut a file into blocks. The ids are base64, all of one length, and the same each time, so that an upload can go on.
 * @param {number} size in bytes
 * @param {number} blockSize in bytes
 * @returns {Block[]}
 */
export function cutIntoBlocks(size, blockSize) {
  const count = Math.ceil(size / blockSize);
  return Array.from({ length: count }, (_, index) => ({
    id: btoa(String(index).padStart(8, "0")),
    start: index * blockSize,
    end: Math.min(size, (index + 1) * blockSize),
  }));
}

/**
 * The blocks that storage does not have yet, or not whole.
 * @param {Block[]} blocks
 * @param {Record<string, number>} staged sizes by id
 */
export function missingBlocks(blocks, staged) {
  return blocks.filter((block) => staged[block.id] !== block.end - block.start);
}

/**
 * How long to wait before the next try, in milliseconds: growing, jittered, half a minute at most.
 * @param {number} failures so far, at least 1
 * @param {number} random from 0 to 1
 */
export function backOff(failures, random = Math.random()) {
  const longest = Math.min(30_000, 500 * 2 ** (failures - 1));
  return longest * (0.5 + random / 2);
}

/**
 * What to do about storage's answer to a block.
 * @param {number} status 0 when there was none
 * @returns {"done" | "renew" | "again" | "refused"}
 */
export function verdict(status) {
  if (status === 201) return "done";
  if (status === 401 || status === 403) return "renew";
  if (status === 0 || status === 408 || status === 429 || status >= 500) return "again";
  return "refused";
}

/** How many blocks to send at once: more for as long as that makes it faster, half as many after a failure. */
export class ParallelBlocks {
  /** @param {{ first?: number, most?: number }} [limits] */
  constructor({ first = 4, most = 8 } = {}) {
    this.parallel = first;
    this.most = most;
    /** @type {{ parallel: number, rate: number } | null} */
    this.best = null;
    this.bytes = 0;
    this.since = 0;
  }

  /**
   * Note a block that has arrived.
   * @param {number} bytes
   * @param {number} now in milliseconds
   */
  arrived(bytes, now) {
    if (this.since === 0) {
      this.since = now;
      return;
    }
    this.bytes += bytes;
    const seconds = (now - this.since) / 1000;
    if (seconds < 2) return;
    this.judge(this.bytes / seconds);
    this.bytes = 0;
    this.since = now;
  }

  /** Note that storage or the network did not keep up. */
  failed() {
    this.parallel = Math.max(1, Math.floor(this.parallel / 2));
    this.best = null;
    this.bytes = 0;
    this.since = 0;
  }

  /** @param {number} rate in bytes a second */
  judge(rate) {
    if (this.best === null || rate > this.best.rate * 1.1) {
      this.best = { parallel: this.parallel, rate };
      this.parallel = Math.min(this.most, this.parallel + 1);
    } else {
      this.parallel = this.best.parallel;
    }
  }
}
