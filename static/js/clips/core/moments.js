/** Moments of a film as people read and write them in a field: `1:02.5`. */

/** @param {number} seconds */
export function momentText(seconds) {
  const thousandths = Math.round(seconds * 1000);
  const [whole, rest] = [Math.floor(thousandths / 1000), thousandths % 1000];
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  const text = hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
  return rest > 0 ? `${text}.${String(rest).padStart(3, "0")}`.replace(/0+$/, "") : text;
}

/** The seconds that a text names; NaN where it names none. @param {string} text */
export function secondsOf(text) {
  const match = /^(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6}(?:[.,]\d{1,6})?)$/.exec(text.trim());
  if (match === null) return Number.NaN;
  const [, hours = "0", minutes = "0", seconds = "0"] = match;
  return 3600 * Number(hours) + 60 * Number(minutes) + Number(seconds.replace(",", "."));
}
