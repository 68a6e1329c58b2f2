/** A sentence at the bottom of the page, with at most one action; and sentences that are only spoken. */
import { libraryTexts as texts } from "../core/texts.js";
import { iconButton } from "./icons.js";

const [WITH_ACTION, WITHOUT] = [15_000, 6_000];

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/**
 * Show a sentence for a while; it stays as long as the pointer or the focus is on it.
 * @param {string} text @param {{label: string, act: () => void}} [action]
 */
export function toast(text, action) {
  const place = document.querySelector(".toasts");
  if (place === null) return;
  const box = document.createElement("div");
  box.className = "toast";
  const words = document.createElement("span");
  words.textContent = text;
  box.append(words);
  if (action) box.append(actionButton(box, action));
  box.append(iconButton("close", texts.close, () => {
    box.remove();
    document.querySelector("h1")?.focus({ preventScroll: true });
  }));
  place.replaceChildren(box);
  const leave = () => {
    clearTimeout(timer);
    timer = setTimeout(() => box.remove(), action ? WITH_ACTION : WITHOUT);
  };
  for (const name of ["pointerenter", "focusin"]) box.addEventListener(name, () => clearTimeout(timer));
  for (const name of ["pointerleave", "focusout"]) box.addEventListener(name, leave);
  leave();
}

/** Show what went wrong. @param {unknown} error */
export function complain(error) {
  toast(error instanceof Error ? error.message : String(error));
}

/** Do what the present toast offers. */
export function takeOffer() {
  const button = document.querySelector(".toast .button:not(.icon)");
  if (button instanceof HTMLElement) button.click();
}

/** Tell those who listen. @param {string} text */
export function announce(text) {
  const news = document.getElementById("news");
  if (news !== null) news.textContent = text;
}

/** @param {HTMLElement} box @param {{label: string, act: () => void}} action */
function actionButton(box, action) {
  const button = document.createElement("button");
  button.className = "button";
  button.textContent = action.label;
  button.addEventListener("click", () => {
    box.remove();
    action.act();
  });
  return button;
}
