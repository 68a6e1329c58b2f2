/**
 * The text of a cue as people write it: who speaks stands apart, words that recognition was not sure of are ranges, and
 * letters that WebVTT writes as entities are themselves. Tags that WebVTT knows stay in the text as they are.
 */

/**
 * @typedef {object} Field
 * @property {string} speaker nobody named is "" @property {string} text
 * @property {string} voice what stands behind the `v` of the tag that names the speaker, such as `.loud`
 * @property {[number, number][]} doubts where in the text words stand that nobody was sure of
 */

const VOICE = /^\s*<v((?:\.[\w-]+)*)[ \t\n]+([^<>]+)>/;
const KNOWN = /(<\/?(?:c|i|b|u|v|lang|ruby|rt)(?:\.[\w-]+)*(?:[ \t\n][^<>]*)?>|<(?:\d{2,5}:)?[0-5]\d:[0-5]\d\.\d{3}>)/;
// A letter that would make a tag stays an entity while it is written, and may be typed as one.
const BARE = /&(?!(?:amp;)?[lg]t;)/g;
/** @type {Record<string, string>} */
const LETTERS = { lt: "<", gt: ">", nbsp: "\u00A0", lrm: "\u200E", rlm: "\u200F" };
const LOW = "<c.low>";

/** @param {string} markup of a cue @returns {Field} */
export function fieldOf(markup) {
  const [tag, voice = "", name = ""] = VOICE.exec(markup) ?? [""];
  /** @type {Field} */
  const field = { speaker: letters(name).trim(), voice, text: "", doubts: [] };
  const body = markup.slice(tag.length);
  let since = -1;
  for (const piece of (tag ? body.replace(/<\/v>\s*$/, "") : body).split(KNOWN)) {
    if (piece === LOW && since < 0) since = field.text.length;
    else if (piece === "</c>" && since >= 0) {
      field.doubts.push([since, field.text.length]);
      since = -1;
    } else field.text += KNOWN.test(piece) ? piece : letters(piece);
  }
  return field;
}

/** @param {Field} field @returns {string} the markup of the cue */
export function markupOf({ speaker, voice, text, doubts }) {
  const parts = [];
  let at = 0;
  for (const [from, to] of doubts) {
    if (from >= to) continue;
    parts.push(escaped(text.slice(at, from)), LOW, escaped(text.slice(from, to)), "</c>");
    at = to;
  }
  parts.push(escaped(text.slice(at)));
  const name = speaker.replace(/\s+/g, " ").trim();
  return (name ? `<v${voice} ${entities(name)}>` : "") + parts.join("");
}

/** The same field with another text: words that were not touched keep their doubts. @param {Field} field
 * @param {string} text @returns {Field} */
export function rewritten(field, text) {
  const [before, least] = [field.text, Math.min(field.text.length, text.length)];
  let [start, end] = [0, 0];
  while (start < least && before[start] === text[start]) start += 1;
  while (end < least - start && before.at(-1 - end) === text.at(-1 - end)) end += 1;
  const [shift, from] = [text.length - before.length, before.length - end];
  // A word that a letter was put in front of or behind is another word.
  const isWord = (/** @type {string | undefined} */ letter) => letter !== undefined && /[\p{L}\p{N}]/u.test(letter);
  /** @type {[number, number][]} */
  const doubts = [];
  for (const [first, last] of field.doubts) {
    if (last <= start && !(last === start && isWord(text[last]))) doubts.push([first, last]);
    else if (first >= from && !(first === from && isWord(text[first + shift - 1])))
      doubts.push([first + shift, last + shift]);
  }
  return { ...field, text, doubts };
}

/** What is read of a text: without tags. @param {string} text of a field */
export function spoken(text) {
  return text
    .split(KNOWN)
    .filter((piece) => !KNOWN.test(piece))
    .join("");
}

/** A field in two where the caret stands; tags that are open there are closed, and opened again.
 * @param {Field} field @param {number} caret @returns {[Field, Field]} */
export function halves(field, caret) {
  /** @type {string[]} */
  const open = [];
  for (const [tag] of field.text.slice(0, caret).matchAll(new RegExp(KNOWN, "g"))) {
    if (tag.startsWith("</")) open.pop();
    else if (/^<[a-z]/.test(tag)) open.push(tag);
  }
  const [first, second] = [field.text.slice(0, caret).trimEnd(), field.text.slice(caret)];
  const [lost, again] = [second.length - second.trimStart().length, open.join("")];
  const closing = open.map((tag) => `</${/\w+/.exec(tag)?.[0]}>`).reverse();
  const shift = again.length - caret - lost;
  return [
    { ...field, text: first + closing.join(""), doubts: field.doubts.filter(([, to]) => to <= first.length) },
    {
      ...field,
      text: again + second.trimStart(),
      doubts: field.doubts.flatMap(([from, to]) => (from >= caret + lost ? [[from + shift, to + shift]] : [])),
    },
  ];
}

/** @param {string} text */
function escaped(text) {
  return text
    .split(KNOWN)
    .map((piece) => (KNOWN.test(piece) ? piece : entities(piece)))
    .join("");
}

/** @param {string} text */
function entities(text) {
  return text.replace(BARE, "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Entities as letters, unless they would then be taken for a tag. @param {string} text */
function letters(text) {
  const plain = text
    .replace(/&(lt|gt|nbsp|lrm|rlm);/g, (_, name) => LETTERS[name] ?? "")
    .replace(/&#(?:x([\da-f]{1,5})|(\d{1,6}));/gi, (_, hex, digits) =>
      String.fromCodePoint(hex ? parseInt(hex, 16) : Number(digits)),
    )
    .replace(/&amp;(?![lg]t;)/g, "&");
  return KNOWN.test(plain) ? text : plain;
}
