/**
 * Keys for the whole page. Those pressed alone can be switched off, for people whose voice or hand presses them by
 * mistake.
 */
import { recall, remember } from "./core/stored_values.js";
import { isField, onAct } from "./actions.js";

const SETTING = "single-keys";

/** @typedef {() => unknown} Press returns whether the key meant something here; anything but false does */

/** @type {Map<string, Press[]>} */
const presses = new Map();

/** @param {string} key as `KeyboardEvent.key` has it, after `Control+` where that is held too @param {Press} press */
export function onKey(key, press) {
  presses.set(key, [...(presses.get(key) ?? []), press]);
}

export function mountKeys() {
  onKey("/", () => document.getElementById("q")?.focus());
  onKey("?", () => sheet()?.showModal());
  onAct("show-keys", () => {
    document.getElementById("settings")?.hidePopover();
    sheet()?.showModal();
  });
  mountSwitch();
  document.addEventListener("keydown", (event) => {
    if (
      event.defaultPrevented ||
      event.altKey ||
      isField(event.target) ||
      document.querySelector("dialog[open], :popover-open")
    )
      return;
    if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !singleKeys()) return;
    const key = (event.ctrlKey || event.metaKey ? "Control+" : "") + event.key;
    const meant = (presses.get(key) ?? []).filter((press) => press() !== false);
    if (meant.length > 0) event.preventDefault();
  });
}

function mountSwitch() {
  const box = document.getElementById("single-keys");
  if (!(box instanceof HTMLInputElement)) return;
  box.checked = singleKeys();
  box.addEventListener("change", () => remember(SETTING, box.checked ? null : "off"));
}

function singleKeys() {
  return recall(SETTING) !== "off";
}

function sheet() {
  const found = document.getElementById("keys");
  return found instanceof HTMLDialogElement ? found : null;
}
