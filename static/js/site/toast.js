/** A sentence at the bottom of the page, with at most one action; and sentences that are only spoken. */
import { t } from "./core/texts.js";
import { iconButton } from "./icons.js";

const [WITH_ACTION, WITHOUT] = [15_000, 6_000];

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** A sentence that stays. @typedef {{say: (text: string) => void, remove: () => void}} Notice */

/**
 * Show a sentence for a while; it stays as long as the pointer or the focus is on it.
 * @param {string} text @param {{label: string, act: () => void}} [action]
 */
export function toast(text, action) {
  const box = put(
    text,
    action && {
      label: action.label,
      act: () => {
        box?.remove();
        action.act();
      },
    },
  );
  if (box === null) return;
  const leave = () => {
    clearTimeout(timer);
    timer = setTimeout(() => box.remove(), action ? WITH_ACTION : WITHOUT);
  };
  for (const name of ["pointerenter", "focusin"]) box.addEventListener(name, () => clearTimeout(timer));
  for (const name of ["pointerleave", "focusout"]) box.addEventListener(name, leave);
  leave();
}

/**
 * Show a sentence for as long as it is true.
 * @param {{label: string, act: () => void, close: () => void}} action `close` is called when somebody closes it
 * @returns {Notice}
 */
export function notice({ label, act, close }) {
  const box = put("", { label, act }, close);
  clearTimeout(timer);
  return {
    say: (text) => {
      const words = box?.querySelector("span");
      if (words && words.textContent !== text) words.textContent = text;
    },
    remove: () => box?.remove(),
  };
}

/** @param {string} text @param {{label: string, act: () => void} | undefined} action @param {() => void} [closed] */
function put(text, action, closed) {
  const place = document.querySelector(".toasts");
  if (place === null) return null;
  const box = document.createElement("div");
  box.className = "toast";
  const words = document.createElement("span");
  words.dir = "auto";
  words.textContent = text;
  box.append(words);
  if (action) box.append(actionButton(action));
  box.append(
    iconButton("close", t("site.close"), () => {
      box.remove();
      closed?.();
      document.querySelector("h1")?.focus({ preventScroll: true });
    }),
  );
  place.replaceChildren(box);
  return box;
}

/** Show what went wrong. @param {unknown} error */
export function complain(error) {
  toast(error instanceof Error ? error.message : String(error));
  document.querySelector(".toast")?.classList.add("bad");
}

/** Tell those who listen. @param {string} text */
export function announce(text) {
  const news = document.getElementById("news");
  if (news !== null) news.textContent = text;
}

/** @param {{label: string, act: () => void}} action */
function actionButton({ label, act }) {
  const button = document.createElement("button");
  button.className = "button";
  button.textContent = label;
  button.addEventListener("click", act);
  return button;
}
