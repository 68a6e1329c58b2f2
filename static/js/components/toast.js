/** A sentence at the bottom of the page, with at most one action. */

/** @type {HTMLElement | null} */
let shown = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** @param {string} text @param {{label: string, act: () => void}} [action] */
export function toast(text, action) {
  shown?.remove();
  clearTimeout(timer);
  const box = document.createElement("div");
  box.className = "toast";
  box.setAttribute("role", "status");
  document.body.append(box);
  const words = document.createElement("span");
  words.textContent = text;
  box.append(words);
  if (action) {
    const button = document.createElement("button");
    button.className = "button";
    button.textContent = action.label;
    button.addEventListener("click", () => {
      box.remove();
      action.act();
    });
    box.append(button);
  }
  shown = box;
  timer = setTimeout(() => box.remove(), action ? 15000 : 5000);
}
