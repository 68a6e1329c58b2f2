/** One cue in the list: its times, its words, how fast they are, and what the gate says of it. */
import { t } from "../site/core/texts.js";
import { fieldOf, spoken } from "./core/cue_text.js";
import { shown } from "./core/file.js";

/** @typedef {import("./core/cues.js").Cue} Cue */
/** @typedef {import("./core/findings.js").Warning} Warning */
/** @typedef {{at: number, count: number, isHere: boolean, warnings: Warning[], mostSpeed: number}} About */

/** @param {string} id of a template @returns {HTMLElement} */
export function copyOf(id) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById(id));
  return /** @type {HTMLElement} */ (document.importNode(template.content, true).firstElementChild);
}

/** @param {HTMLElement} line @param {Cue} cue @param {About} about */
export function showLine(line, cue, { at, count, isHere, warnings, mostSpeed }) {
  const field = fieldOf(cue.text);
  const button = /** @type {HTMLElement} */ (line.querySelector(".cue-line"));
  const words = /** @type {HTMLElement} */ (line.querySelector(".words"));
  const name = document.createElement("b");
  name.textContent = `${field.speaker} `;
  words.replaceChildren(...(field.speaker ? [name] : []), ...piecesOf(field));
  put(line, ".at", shown(cue.start));
  put(line, ".long", t("caption_editor.seconds", { seconds: ((cue.end - cue.start) / 1000).toFixed(1) }));
  const speed = speedOf(cue);
  put(line, ".cue-rate", t("caption_editor.speed", { speed: String(speed) }));
  line.querySelector(".cue-rate")?.classList.toggle("over", speed > mostSpeed);
  put(line, ".cue-name", t("caption_editor.line", { at: at + 1, count }));
  put(line, ".cue-notes", [...doubtsIn(field), ...warnings.map(whyOf)].join(" "));
  button.tabIndex = isHere ? 0 : -1;
  button.ariaCurrent = isHere ? "true" : null;
  line.classList.toggle("here", isHere);
  showWarnings(/** @type {HTMLElement} */ (line.querySelector(".cue-warnings")), warnings, isHere);
}

/** Characters a second. @param {Cue} cue */
export function speedOf({ start, end, text }) {
  const letters = spoken(fieldOf(text).text).replace(/\n/g, "").length;
  return Math.round((letters * 1000) / Math.max(1, end - start));
}

/** How many words nobody was sure of. @param {import("./core/cue_text.js").Field} field */
export function doubtsIn({ doubts }) {
  return doubts.length > 0 ? [t("caption_editor.unsure", { count: doubts.length })] : [];
}

/** @param {HTMLElement} list @param {Warning[]} warnings @param {boolean} [isHere] */
export function showWarnings(list, warnings, isHere = false) {
  list.hidden = warnings.length === 0;
  const kept = [...list.children];
  list.replaceChildren(
    ...warnings.map((warning, at) => {
      const item = /** @type {HTMLElement} */ (kept[at] ?? copyOf("cue-warning"));
      const button = /** @type {HTMLElement} */ (item.querySelector("button"));
      put(item, ".why", whyOf(warning));
      button.hidden = !warning.fix;
      button.tabIndex = isHere ? 0 : -1;
      button.dataset.fix = warning.rule;
      if (warning.fix) button.textContent = t(`caption_editor.fixes.${warning.rule}`);
      return item;
    }),
  );
}

/**
 * What is wrong: the server's own sentence, with its figures, where the page speaks its language.
 * @param {Warning} warning
 */
function whyOf({ rule, detail }) {
  return document.documentElement.lang === "en" ? detail : t(`caption_editor.rules.${rule}`);
}

/** Words with those marked that nobody was sure of. @param {import("./core/cue_text.js").Field} field */
function piecesOf({ text, doubts }) {
  const pieces = [];
  let at = 0;
  for (const [from, to] of doubts) {
    const mark = document.createElement("mark");
    mark.className = "doubt";
    mark.textContent = spoken(text.slice(from, to));
    pieces.push(spoken(text.slice(at, from)), mark);
    at = to;
  }
  return [...pieces, spoken(text.slice(at))];
}

/** @param {Element} place @param {string} selector @param {string} text */
export function put(place, selector, text) {
  const found = place.querySelector(selector);
  if (found && found.textContent !== text) found.textContent = text;
}
