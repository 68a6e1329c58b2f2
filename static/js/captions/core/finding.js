/** Finding words in all cues, and putting others in their place. */
import { fieldOf, markupOf, rewritten } from "./cue_text.js";

/** @typedef {import("./cues.js").Cue} Cue */
/** @typedef {{words: string, exactly: boolean}} Wanted `exactly`: with its capitals */
/** @typedef {{key: number, from: number, to: number}} Place in the text of a cue as people write it */

const TAG = /<[^<>]*>/g;

/** Every place, in the order of the film. @param {Cue[]} cues @param {Wanted} wanted @returns {Place[]} */
export function placesOf(cues, wanted) {
  const pattern = patternOf(wanted);
  if (pattern === null) return [];
  return cues.flatMap(({ key, text }) =>
    placesIn(fieldOf(text).text, pattern).map(([from, to]) => ({ key, from, to })),
  );
}

/**
 * Put other words in some places of one cue, or in all of them.
 * @param {Cue[]} cues @param {Wanted} wanted @param {string} put @param {Place | null} only null means everywhere
 * @returns {{cues: Cue[], count: number}}
 */
export function replaced(cues, wanted, put, only = null) {
  const pattern = patternOf(wanted);
  let count = 0;
  if (pattern === null) return { cues, count };
  const changed = cues.map((cue) => {
    if (only && only.key !== cue.key) return cue;
    let field = fieldOf(cue.text);
    const places = placesIn(field.text, pattern).filter(([from]) => only === null || from === only.from);
    // From the end on, so that the places before stay where they are.
    for (const [from, to] of places.reverse()) {
      field = rewritten(field, field.text.slice(0, from) + put + field.text.slice(to));
      count += 1;
    }
    return places.length > 0 ? { ...cue, text: markupOf(field) } : cue;
  });
  return { cues: count > 0 ? changed : cues, count };
}

/** @param {Wanted} wanted */
function patternOf({ words, exactly }) {
  const literal = words.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&").replace(/\s+/g, "\\s+");
  return words.trim() === "" ? null : new RegExp(literal, exactly ? "gu" : "giu");
}

/** Places that lie in no tag. @param {string} text @param {RegExp} pattern @returns {[number, number][]} */
function placesIn(text, pattern) {
  const tags = [...text.matchAll(TAG)].map((tag) => [tag.index, tag.index + tag[0].length]);
  return [...text.matchAll(pattern)].flatMap((match) => {
    const [from, to] = [match.index, match.index + match[0].length];
    return tags.some(([begin = 0, end = 0]) => from < end && to > begin) ? [] : [[from, to]];
  });
}
