/** Search as you type: the list follows the field, and the address says what was asked. */
import { t } from "../site/core/texts.js";
import { onSubmit } from "../site/actions.js";
import { go, refine, stay } from "../site/navigation.js";
import { announce } from "../site/toast.js";

const PAUSE = 180;

export function mountSearch() {
  const field = document.getElementById("q");
  if (!(field instanceof HTMLInputElement)) return;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  // What shows more than videos is fetched when somebody searches.
  field.addEventListener("focus", () => import(field.form?.dataset.module ?? "").catch(() => null), { once: true });
  field.addEventListener("input", () => {
    clearTimeout(timer);
    if (document.getElementById("library") !== null) timer = setTimeout(() => ask(field.value), PAUSE);
  });
  onSubmit(".search", () => {
    clearTimeout(timer);
    if (document.getElementById("library") !== null) ask(field.value);
    else go(addressOf(field.value));
  });
}

/** @param {string} words */
async function ask(words) {
  const address = addressOf(words);
  if (address === location.pathname + location.search) return stay();
  await refine(address);
  const count = document.querySelector(".count")?.textContent;
  announce(count ?? document.querySelector("#library .notice h2")?.textContent ?? t("library.count", { count: 0 }));
}

/** The address of a search; order and tag stay as they are. @param {string} words */
function addressOf(words) {
  const query = new URLSearchParams(location.pathname === "/" ? location.search : "");
  query.delete("cursor");
  query.delete("q");
  if (words.trim() !== "") query.set("q", words.trim());
  return query.size > 0 ? `/?${query}` : "/";
}
