/** The words of a film as lines that can be read, followed, searched and copied. */
import { clock } from "./times.js";

/** @typedef {{start: number, end: number, speaker: string, text: string}} Line in seconds; nobody named is "" */
/** @typedef {{text: string, isFound: boolean}} Part */

const VOICE = /^\s*<v(?:\.[^\s>]+)?\s+([^>]+)>/;
const TAG = /<[^>]*>/g;
/** @type {Record<string, string>} */
const ENTITIES = { amp: "&", lt: "<", gt: ">", nbsp: "\u00A0", lrm: "\u200E", rlm: "\u200F", quot: '"' };

/**
 * Lines in the order of the film, without the tags of WebVTT; who speaks is told apart from what is said.
 * @param {import("./caption_files.js").Cue[]} cues @returns {Line[]}
 */
export function linesOf(cues) {
  const lines = cues.map(({ start, end, text }) => {
    const speaker = plain(VOICE.exec(text)?.[1] ?? "");
    return { start, end, speaker, text: plain(text.replace(TAG, "")) };
  });
  return lines.filter(({ text }) => text !== "").sort((one, other) => one.start - other.start);
}

/** Text with its entities resolved, in one line. @param {string} text */
function plain(text) {
  const resolved = text.replace(/&(\w+);/g, (whole, name) => ENTITIES[name] ?? whole);
  return resolved.replace(/[\t\n\r ]+/g, " ").trim();
}

/** The last line that has begun by a second; -1 before the first. @param {Line[]} lines @param {number} second */
export function lineAt(lines, second) {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle]?.start ?? 0) <= second) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * Which lines have the words in them, whatever their case and accents.
 * @param {Line[]} lines @param {string} words @returns {number[]} their places
 */
export function linesWith(lines, words) {
  const wanted = folded(words.trim());
  if (wanted === "") return [];
  return lines.flatMap(({ text, speaker }, index) => (folded(`${speaker} ${text}`).includes(wanted) ? [index] : []));
}

/**
 * A text in parts, with those told apart that have been searched for. Where letters are folded to more or fewer of them
 * nothing is told apart.
 * @param {string} text @param {string} words @returns {Part[]}
 */
export function partsOf(text, words) {
  const [whole, wanted] = [folded(text), folded(words.trim())];
  if (wanted === "" || whole.length !== text.length) return [{ text, isFound: false }];
  /** @type {Part[]} */
  const parts = [];
  let from = 0;
  for (let at = whole.indexOf(wanted); at >= 0; at = whole.indexOf(wanted, from)) {
    if (at > from) parts.push({ text: text.slice(from, at), isFound: false });
    from = at + wanted.length;
    parts.push({ text: text.slice(at, from), isFound: true });
  }
  if (from < text.length) parts.push({ text: text.slice(from), isFound: false });
  return parts;
}

/** All of it with times, to be put elsewhere. @param {Line[]} lines */
export function asText(lines) {
  const said = lines.map(({ start, speaker, text }) => `${clock(start)} ${speaker ? `${speaker}: ` : ""}${text}`);
  return said.map((line) => `${line}\n`).join("");
}

/** @param {string} text */
function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
