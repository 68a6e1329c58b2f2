/** What scripts say, in the language of the page. The sentences come with it (routes/site/assets.py). */

/** @typedef {string | Record<string, string>} Message a sentence with `{names}` in it, or one for each plural form */

/** @type {Record<string, Message>} */
let messages = {};
let plurals = new Intl.PluralRules("en");
let language = "en";

/** Speak a language from now on. @param {string} tag @param {Record<string, Message>} all sentences by key */
export function speak(tag, all) {
  messages = all;
  language = tag;
  plurals = new Intl.PluralRules(language);
}

/** How times are written: as the reader's own region has them, if the reader's language is that of the page. */
export function region() {
  return globalThis.navigator?.languages?.find((each) => each.split("-")[0] === language) ?? language;
}

/**
 * The sentence of a key with these values in it; `count` also chooses between plural forms.
 * @param {string} key @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  const found = messages[key] ?? key;
  const sentence = typeof found === "string" ? found : (found[plurals.select(Number(values.count))] ?? found.other);
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name] ?? whole;
    return typeof value === "number" ? grouped(value) : value;
  });
}

/**
 * Why the server has refused something: its own sentence, or where the page speaks another language than that, what can
 * be said in general.
 * @param {{type?: string, detail?: string}} problem @returns {string} nothing when it has given no reason
 */
export function problemText({ type = "", detail = "" }) {
  return detail && String(messages[`problems.${type.replace("/problems/", "")}.why`] ?? detail);
}

/** A whole number with its digits in groups. @param {number} number */
function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, String(messages["format.group"] ?? ""));
}
