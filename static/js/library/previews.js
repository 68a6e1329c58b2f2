/** Cards move while they are pointed at or have the focus, unless less motion is wanted or bytes are dear. */

const PATIENCE = 300;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;

export function mountPreviews() {
  // Pictures that move are no small thing where every byte costs. (Not every browser says.)
  if (/** @type {any} */ (navigator).connection?.saveData) return;
  for (const name of ["pointerover", "focusin"]) document.addEventListener(name, ({ target }) => begin(cardOf(target)));
  for (const name of ["pointerout", "focusout"]) {
    document.addEventListener(name, (event) => {
      const { target, relatedTarget } = /** @type {PointerEvent | FocusEvent} */ (event);
      if (cardOf(target) !== cardOf(relatedTarget)) end(cardOf(target));
    });
  }
}

/** @param {EventTarget | null} target @returns {HTMLElement | null} */
function cardOf(target) {
  return target instanceof Element ? target.closest(".card[data-preview]") : null;
}

/** @param {HTMLElement | null} card */
function begin(card) {
  if (card === null || card.querySelector(".preview") || !wantsMotion()) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    const picture = document.createElement("img");
    picture.className = "preview";
    picture.alt = "";
    picture.src = card.dataset.preview ?? "";
    card.querySelector(".still")?.append(picture);
  }, PATIENCE);
}

/** @param {HTMLElement | null} card */
function end(card) {
  clearTimeout(waiting);
  card?.querySelector(".preview")?.remove();
}

const wantsMotion = () =>
  !matchMedia("(prefers-reduced-motion: reduce)").matches && document.documentElement.dataset.motion !== "less";
