/** What a player has read of a film. */

/** @typedef {{length: number, start: (index: number) => number, end: (index: number) => number}} Ranges */

/**
 * How far the film can be played from a second on without reading more; the second itself where nothing is there.
 * @param {Ranges} ranges as `HTMLMediaElement.buffered` has them @param {number} second
 */
export function bufferedUntil(ranges, second) {
  for (let index = 0; index < ranges.length; index += 1) {
    if (ranges.start(index) <= second && second <= ranges.end(index)) return ranges.end(index);
  }
  return second;
}
