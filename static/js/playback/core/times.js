/** Places in a film: as people read and hear them, and as links name them. */

/** @typedef {(key: string, values: Record<string, string | number>) => string} Say */

/** Seconds as a player shows them: `1:03:22`. @param {number} seconds */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/**
 * The second that a link's hash names: `#t=90`, `#t=1:30` and `#t=1m30s` are the same; null for any other hash.
 * @param {string} hash
 */
export function momentOf(hash) {
  const text = /^#t=([\d.:hms]+)$/.exec(hash)?.[1] ?? "";
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  if (/^\d+(:\d{1,2}){1,2}$/.test(text)) return text.split(":").reduce((sum, part) => 60 * sum + Number(part), 0);
  const units = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  if (text === "" || units === null) return null;
  return 3600 * Number(units[1] ?? 0) + 60 * Number(units[2] ?? 0) + Number(units[3] ?? 0);
}

/**
 * The next speed in a list, or the same at its end.
 * @param {number[]} speeds in rising order @param {number} now @param {1 | -1} step
 */
export function nextSpeed(speeds, now, step) {
  const rest = step > 0 ? speeds.filter((speed) => speed > now) : speeds.filter((speed) => speed < now).reverse();
  return rest[0] ?? now;
}

/**
 * A place in a film as it is said: `1 minute 3 seconds of 5 minutes`.
 * @param {number} second @param {number} length of the film @param {Say} say gives the words for a number of each
 */
export function spokenPlace(second, length, say) {
  const place = spoken(second, say);
  return Number.isFinite(length) ? say("playback.place", { place, length: spoken(length, say) }) : place;
}

/** A number of seconds in words, without those parts that are none. @param {number} seconds @param {Say} say */
function spoken(seconds, say) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const words = [
    hours > 0 ? say("playback.hours", { count: hours }) : "",
    minutes > 0 ? say("playback.minutes", { count: minutes }) : "",
    rest > 0 || whole === 0 ? say("playback.seconds", { count: rest }) : "",
  ];
  return words.filter(Boolean).join(" ");
}
