/** Moments at which something is said: the languages are named as people do. */
import { languageName } from "../site/core/language_names.js";

export function mountMoments() {
  for (const name of ["reelgate:page", "reelgate:list"]) document.addEventListener(name, nameLanguages);
  nameLanguages();
}

function nameLanguages() {
  for (const place of document.querySelectorAll(".moment [data-language]")) {
    const code = place.getAttribute("data-language") ?? "";
    place.textContent = languageName(code, document.documentElement.lang) ?? code;
  }
}
