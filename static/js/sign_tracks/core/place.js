/** Where the sign window lies over the picture, in shares of it: kept inside, and clear of captions and the bar. */

const LEAST = 0.15;
const MOST = 0.6;
/** The share of the height that captions and the player's bar have for themselves. */
const LOWEST = 0.32;
const STEP = 0.02;

/** @typedef {{x: number, y: number, width: number}} Place left edge, upper edge and width */

/** @type {Place} */
export const USUAL = { x: 0.72, y: 0.03, width: 0.26 };

/**
 * The nearest place that is inside.
 * @param {Place} place @param {number} tall the height of the window by its width, in shares
 * @returns {Place}
 */
export function inside({ x, y, width }, tall) {
  const wide = between(width, LEAST, Math.min(MOST, 1 / tall));
  return { x: between(x, 0, 1 - wide), y: between(y, 0, Math.max(0, 1 - wide * tall)), width: wide };
}

/**
 * Where it lies when nobody has moved it: as large as leaves captions and bar alone.
 * @param {number} tall @returns {Place}
 */
export function usual(tall) {
  const width = Math.max(LEAST, Math.min(USUAL.width, (1 - LOWEST - USUAL.y) / tall));
  return inside({ ...USUAL, x: 1 - width - 0.02, width }, tall);
}

/**
 * What a key does to the place; null where it means nothing here.
 * @param {Place} place @param {{key: string, shiftKey: boolean}} pressed @param {number} tall
 */
export function moved(place, { key, shiftKey }, tall) {
  const change = shiftKey ? RESIZING.get(key) : (MOVING.get(key) ?? RESIZING_ALONE.get(key));
  return change === undefined ? null : inside(change(place), tall);
}

/** @type {Map<string, (place: Place) => Place>} */
const MOVING = new Map([
  ["ArrowLeft", (place) => ({ ...place, x: place.x - STEP })],
  ["ArrowRight", (place) => ({ ...place, x: place.x + STEP })],
  ["ArrowUp", (place) => ({ ...place, y: place.y - STEP })],
  ["ArrowDown", (place) => ({ ...place, y: place.y + STEP })],
]);

/** @param {number} by @returns {(place: Place) => Place} */
const resized = (by) => (place) => ({ ...place, width: place.width + by });
const [larger, smaller] = [resized(STEP), resized(-STEP)];

/** @type {Map<string, (place: Place) => Place>} */
const RESIZING_ALONE = new Map([
  ["+", larger],
  ["=", larger],
  ["-", smaller],
]);

/** @type {Map<string, (place: Place) => Place>} */
const RESIZING = new Map([
  ["+", larger],
  ["ArrowRight", larger],
  ["ArrowDown", larger],
  ["ArrowLeft", smaller],
  ["ArrowUp", smaller],
]);

/** What was remembered; null where it is no place. @param {string | null} text @returns {Place | null} */
export function placeOf(text) {
  try {
    const { x, y, width } = JSON.parse(text ?? "null") ?? {};
    return [x, y, width].every((each) => Number.isFinite(each)) ? { x, y, width } : null;
  } catch {
    return null;
  }
}

/** @param {number} value @param {number} least @param {number} most */
function between(value, least, most) {
  return Math.min(most, Math.max(least, value));
}
