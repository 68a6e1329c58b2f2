/** Search in the transcript: how often the words are there, and the way from one place to the next. */
import { t } from "../site/core/texts.js";
import { linesWith } from "./core/transcript.js";

/** So many places before and after the present one are marked: a long film has thousands. */
const NEAR = 60;

/** @param {HTMLElement} place @param {import("./transcript_list.js").List} list */
export function mountSearch(place, list) {
  const field = /** @type {HTMLInputElement} */ (place.querySelector("input[type=search]"));
  const said = /** @type {HTMLElement} */ (place.querySelector(".found"));
  const [back, on] = /** @type {HTMLButtonElement[]} */ ([...place.querySelectorAll("[data-step]")]);
  /** @type {number[]} */
  let found = [];
  let at = 0;
  const show = () => {
    for (const button of [back, on]) if (button) button.disabled = found.length === 0;
    said.textContent = wordsFor(field.value, found.length, at);
    const near = found.slice(Math.max(0, at - NEAR), at + NEAR);
    list.mark(field.value, near);
    const index = found[at];
    if (index !== undefined) list.bring(index);
  };
  const renew = () => {
    found = linesWith(list.lines(), field.value);
    at = 0;
    show();
  };
  const step = (/** @type {number} */ by) => {
    if (found.length === 0) return;
    at = (at + by + found.length) % found.length;
    show();
  };
  field.addEventListener("input", renew);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    step(event.shiftKey ? -1 : 1);
  });
  back?.addEventListener("click", () => step(-1));
  on?.addEventListener("click", () => step(1));
  return { renew };
}

/** @param {string} wanted @param {number} count @param {number} at */
function wordsFor(wanted, count, at) {
  if (wanted.trim() === "") return "";
  return count === 0 ? t("playback.found_nothing") : t("playback.found_at", { at: at + 1, count });
}
