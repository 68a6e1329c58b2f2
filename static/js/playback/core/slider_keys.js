/** Where the keys of a slider lead in a film. */

const STEP = 5;
const LEAP = 0.1;

/**
 * The second that a key leads to; null for keys that mean nothing to a slider.
 * @param {string} key as `KeyboardEvent.key` has it @param {{now: number, length: number}} at in seconds
 */
export function placeByKey(key, { now, length }) {
  const end = Number.isFinite(length) ? length : 0;
  const leap = Math.max(STEP, end * LEAP);
  /** @type {Record<string, number>} */
  const places = {
    ArrowLeft: now - STEP,
    ArrowDown: now - STEP,
    ArrowRight: now + STEP,
    ArrowUp: now + STEP,
    PageDown: now - leap,
    PageUp: now + leap,
    Home: 0,
    End: end,
  };
  const place = places[key];
  return place === undefined ? null : Math.max(0, Math.min(end, place));
}
