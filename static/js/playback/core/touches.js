/** What a touch on the picture means. */

/** @typedef {{at: number, place: number}} Touch when, in milliseconds, and how far across the picture, from 0 to 1 */

const TWICE_WITHIN = 350;
const SIDE = 1 / 3;

/**
 * Two touches at the same side go back or forward; one shows the bar, or takes it away.
 * @param {Touch} touch @param {Touch | null} before the touch before it, if there was one
 * @returns {"back" | "forward" | "bar"}
 */
export function meaningOf(touch, before) {
  const isSecond = before !== null && touch.at - before.at <= TWICE_WITHIN;
  const [side, sideBefore] = [sideOf(touch), before && sideOf(before)];
  return isSecond && side !== "bar" && side === sideBefore ? side : "bar";
}

/** @param {Touch} touch @returns {"back" | "forward" | "bar"} */
function sideOf({ place }) {
  if (place < SIDE) return "back";
  return place > 1 - SIDE ? "forward" : "bar";
}
