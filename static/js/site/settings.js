/**
 * How the pages look: spacing and colours, which the server keeps, and grid or list, which this browser remembers.
 * `appearance.js` puts what has not reached the server on the page before its first paint.
 */
import { recall, remember } from "./core/stored_values.js";
import { t } from "./core/texts.js";
import { onAct } from "./actions.js";
import { onKey } from "./keys.js";
import { prefer, sendWaiting } from "./preferences.js";
import { toast } from "./toast.js";

const STANDARD = { spacing: "3", theme: "system" };
const GRID = "grid";

/** @typedef {keyof typeof STANDARD} Setting */

export function mountSettings() {
  for (const name of /** @type {Setting[]} */ (["spacing", "theme"])) mountChoice(name);
  onAct("view", (button) => chooseView(button.dataset.view ?? ""));
  onKey("v", () => document.getElementById("library") !== null && (chooseView(view() === GRID ? "list" : GRID), true));
  for (const name of ["reelgate:page", "reelgate:list"]) document.addEventListener(name, showView);
  showView();
  sendWaiting().catch(() => {});
}

/** @param {Setting} name of a group of radio buttons */
function mountChoice(name) {
  const look = document.documentElement.dataset;
  for (const radio of document.querySelectorAll(`#${name} input`)) {
    if (!(radio instanceof HTMLInputElement)) continue;
    radio.checked = radio.value === (look[name] ?? STANDARD[name]);
    radio.addEventListener("change", () => {
      if (radio.value === STANDARD[name]) delete look[name];
      else look[name] = radio.value;
      prefer(name, radio.value).catch(() => toast(t("site.unreachable")));
    });
  }
}

function view() {
  return recall("view") ?? GRID;
}

/** @param {string} chosen */
function chooseView(chosen) {
  const look = document.documentElement.dataset;
  remember("view", chosen === GRID ? null : chosen);
  if (chosen === GRID) delete look.view;
  else look.view = chosen;
  showView();
}

function showView() {
  for (const button of document.querySelectorAll("[data-act=view]")) {
    button.setAttribute("aria-pressed", String(button.getAttribute("data-view") === view()));
  }
}
