/**
 * What can be done with the cues of a track. Each of these gives new cues in the order of their times, and leaves those
 * it was given as they are; a cue that it does not change stays the same object.
 */
import { fieldOf, halves, markupOf, rewritten, spoken } from "./cue_text.js";

/**
 * @typedef {object} Cue
 * @property {number} key what it is known by while the page is open @property {number} start in milliseconds
 * @property {number} end @property {string} text in the markup of WebVTT @property {string} id
 * @property {string} settings
 */
/** @typedef {{start: number, end: number, text: string, id?: string, settings?: string}} Sent in seconds */
/** @typedef {{cues: Cue[], key: number}} Done the cues, and the one to go on with */

const NEW_LENGTH = 2000;
/** No cue becomes shorter than this by keys. */
export const SHORTEST = 100;

let last = 0;

/** @param {Sent} sent @returns {Cue} */
export function cueOf({ start, end, text, id = "", settings = "" }) {
  last += 1;
  return { key: last, start: Math.round(start * 1000), end: Math.round(end * 1000), text, id, settings };
}

/** @param {Cue[]} cues @returns {Sent[]} */
export function sentOf(cues) {
  return cues.map(({ start, end, text, id, settings }) => ({
    start: start / 1000,
    end: end / 1000,
    text,
    ...(id && { id }),
    ...(settings && { settings }),
  }));
}

/** @param {Cue[]} cues @param {number} key */
export function placeOf(cues, key) {
  return cues.findIndex((cue) => cue.key === key);
}

/** The last cue that has begun by a moment; -1 before the first. @param {Cue[]} cues @param {number} moment */
export function placeAt(cues, moment) {
  let [low, high] = [0, cues.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (/** @type {Cue} */ (cues[middle]).start <= moment) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** @param {Cue[]} cues @param {number} key @param {Partial<Cue>} values @returns {Done} */
export function change(cues, key, values) {
  return { cues: ordered(cues.map((cue) => (cue.key === key ? { ...cue, ...values } : cue))), key };
}

/** @param {Cue[]} cues @param {number} key @param {string} text as people write it @returns {Done} */
export function write(cues, key, text) {
  return reword(cues, key, (field) => rewritten(field, text));
}

/** @param {Cue[]} cues @param {number} key @param {string} speaker @returns {Done} */
export function name(cues, key, speaker) {
  return reword(cues, key, (field) => ({ ...field, speaker }));
}

/** Somebody has looked: no word of it is in doubt any more. @param {Cue[]} cues @param {number} key @returns {Done} */
export function trust(cues, key) {
  return reword(cues, key, (field) => ({ ...field, doubts: [] }));
}

/**
 * Move one end of a cue, or both.
 * @param {Cue[]} cues @param {number} key @param {{start?: number, end?: number}} by in milliseconds @returns {Done}
 */
export function nudge(cues, key, { start = 0, end = 0 }) {
  const cue = cues[placeOf(cues, key)];
  if (cue === undefined) return { cues, key };
  if (start !== 0 && start === end) {
    const shift = Math.max(start, -cue.start);
    return change(cues, key, { start: cue.start + shift, end: cue.end + shift });
  }
  const from = Math.max(0, Math.min(cue.start + start, cue.end - SHORTEST));
  return change(cues, key, { start: from, end: Math.max(cue.end + end, from + SHORTEST) });
}

/**
 * A cue in two: its words at the caret, or else in the middle; its time where the film is, or else as its words are.
 * @param {Cue[]} cues @param {number} key @param {{caret?: number | null, moment?: number | null}} where
 * @returns {Done} the second one is gone on with
 */
export function split(cues, key, { caret = null, moment = null }) {
  const at = placeOf(cues, key);
  const cue = cues[at];
  if (cue === undefined || cue.end - cue.start < 2) return { cues, key };
  const field = fieldOf(cue.text);
  const place = caret !== null && caret > 0 && caret < field.text.length ? caret : middleOf(field.text);
  const parts = halves(field, place);
  const [first, whole] = [spoken(parts[0].text).length, Math.max(1, spoken(field.text).length)];
  const isInside = moment !== null && moment > cue.start && moment < cue.end;
  const share = cue.start + Math.round(((cue.end - cue.start) * first) / whole);
  const cut = isInside ? moment : Math.min(cue.end - 1, Math.max(cue.start + 1, share));
  const [one, other] = [{ ...cue, end: cut, text: markupOf(parts[0]) }, cueOf({ start: 0, end: 0, text: "" })];
  const rest = { ...other, start: cut, end: cue.end, text: markupOf(parts[1]), settings: cue.settings };
  return { cues: ordered(cues.toSpliced(at, 1, one, rest)), key: rest.key };
}

/** A cue and the one behind it as one. @param {Cue[]} cues @param {number} key @returns {Done} */
export function merge(cues, key) {
  const at = placeOf(cues, key);
  const [cue, next] = [cues[at], cues[at + 1]];
  if (cue === undefined || next === undefined) return { cues, key };
  const [one, other] = [fieldOf(cue.text), fieldOf(next.text)];
  const isOneVoice = one.speaker === other.speaker || other.speaker === "";
  const behind = isOneVoice ? markupOf({ ...other, speaker: "" }) : next.text;
  const before = isOneVoice || one.speaker === "" ? cue.text : `${cue.text}</v>`;
  const text = [before, behind].filter((each) => spoken(fieldOf(each).text).trim()).join("\n") || cue.text;
  return { cues: cues.toSpliced(at, 2, { ...cue, end: Math.max(cue.end, next.end), text }), key };
}

/** An empty cue that begins at a moment. @param {Cue[]} cues @param {number} moment @returns {Done} */
export function insert(cues, moment) {
  const next = cues[placeAt(cues, moment) + 1];
  const end = Math.min(moment + NEW_LENGTH, next && next.start - moment >= SHORTEST ? next.start : Infinity);
  const cue = cueOf({ start: moment / 1000, end: end / 1000, text: "" });
  return { cues: ordered([...cues, cue]), key: cue.key };
}

/** @param {Cue[]} cues @param {number} key @returns {Done} the one that takes its place is gone on with */
export function remove(cues, key) {
  const at = placeOf(cues, key);
  const left = cues.filter((cue) => cue.key !== key);
  return { cues: left, key: (left[at] ?? left.at(-1))?.key ?? 0 };
}

/** Put what the gate suggests in the place of a cue. @param {Cue[]} cues @param {number} key @param {Sent[]} fix
 * @returns {Done} */
export function mend(cues, key, fix) {
  const at = placeOf(cues, key);
  const cue = cues[at];
  if (cue === undefined) return { cues, key };
  const put = fix.map((each, number) => ({
    ...cueOf(each),
    settings: cue.settings,
    ...(number === 0 && { key, id: cue.id }),
  }));
  return { cues: ordered(cues.toSpliced(at, 1, ...put)), key };
}

/** Whether it can be shown. @param {Cue} cue */
export function isShown({ start, end, text }) {
  return end > start && spoken(fieldOf(text).text).trim() !== "";
}

/** @param {Cue[]} cues @returns {Cue[]} */
export function ordered(cues) {
  const isSorted = cues.every((cue, at) => at === 0 || /** @type {Cue} */ (cues[at - 1]).start <= cue.start);
  return isSorted ? cues : cues.toSorted((one, other) => one.start - other.start);
}

/** @param {Cue[]} cues @param {number} key @param {(field: import("./cue_text.js").Field) => typeof field} how
 * @returns {Done} */
function reword(cues, key, how) {
  const at = placeOf(cues, key);
  const cue = cues[at];
  if (cue === undefined) return { cues, key };
  const text = markupOf(how(fieldOf(cue.text)));
  return { cues: text === cue.text ? cues : cues.with(at, { ...cue, text }), key };
}

/** Where a text is parted into halves of about the same length, between two words. @param {string} text */
function middleOf(text) {
  const half = text.length / 2;
  const gaps = [...text.matchAll(/\s+/g)].map((gap) => gap.index).filter((at) => at > 0);
  return gaps.reduce((best, at) => (Math.abs(at - half) < Math.abs(best - half) ? at : best), gaps[0] ?? text.length);
}
