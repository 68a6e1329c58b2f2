/** How the pages look: density, colours, grid or list. `appearance.js` puts the same on the page before its first paint. */
import { recall, remember } from "../core/memory.js";
import { onAct } from "./acts.js";
import { onKey } from "./keys.js";

const STANDARD = { density: "3", theme: "", view: "grid" };

/** @typedef {keyof typeof STANDARD} Setting */

export function mountSettings() {
  mountChoice("density");
  mountChoice("theme");
  onAct("view", (button) => choose("view", button.dataset.view ?? ""));
  onKey("v", () => document.getElementById("library") !== null && (choose("view", chosen("view") === "grid" ? "list" : "grid"), true));
  for (const name of ["reelgate:page", "reelgate:list"]) document.addEventListener(name, showView);
  showView();
}

/** @param {Setting} name of a group of radio buttons */
function mountChoice(name) {
  for (const radio of document.querySelectorAll(`#${name} input`)) {
    if (!(radio instanceof HTMLInputElement)) continue;
    radio.checked = radio.value === chosen(name);
    radio.addEventListener("change", () => choose(name, radio.value));
  }
}

/** @param {Setting} name */
function chosen(name) {
  return recall(name) ?? STANDARD[name];
}

/** @param {Setting} name @param {string} value */
function choose(name, value) {
  const isStandard = value === STANDARD[name];
  remember(name, isStandard ? null : value);
  if (isStandard) delete document.documentElement.dataset[name];
  else document.documentElement.dataset[name] = value;
  showView();
}

function showView() {
  for (const button of document.querySelectorAll("[data-act=view]")) {
    button.setAttribute("aria-pressed", String(button.getAttribute("data-view") === chosen("view")));
  }
}
