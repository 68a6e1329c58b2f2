/** The window of signs: where it lies, how large it is, and its ways of standing with the film. */
import { recall, remember } from "../site/core/stored_values.js";
import { inside, moved, placeOf, usual } from "./core/place.js";

const PLACE = "signs.place";
const WAY = "signs.way";
/** Beside a window over the film: the signs large and the film small, or both side by side. */
const WAYS = ["swapped", "beside"];

/** @typedef {import("./core/place.js").Place} Place */

/**
 * Let it be moved, resized and turned round.
 * @param {HTMLElement} window @param {HTMLElement} stage @param {HTMLVideoElement} sign @param {() => void} hide
 */
export function mountWindow(window, stage, sign, hide) {
  /** @type {Place | null} */
  let place = placeOf(recall(PLACE));
  const tall = () => {
    const shape = sign.videoWidth > 0 ? sign.videoHeight / sign.videoWidth : 0.75;
    return (shape * stage.clientWidth) / Math.max(1, stage.clientHeight);
  };
  const show = () => {
    if (sign.videoWidth > 0) window.style.setProperty("--signs-shape", `${sign.videoWidth} / ${sign.videoHeight}`);
    const { x, y, width } = place === null ? usual(tall()) : inside(place, tall());
    for (const [name, value] of Object.entries({ x, y, width })) {
      window.style.setProperty(`--signs-${name}`, `${(100 * value).toFixed(2)}%`);
    }
  };
  /** @param {Place} next */
  const put = (next) => {
    place = inside(next, tall());
    remember(PLACE, JSON.stringify(place));
    show();
  };
  const now = () => (place === null ? usual(tall()) : inside(place, tall()));
  sign.addEventListener("loadedmetadata", show);
  new ResizeObserver(show).observe(stage);
  mountKeys(window, stage, (event) => moved(now(), event, tall()), put);
  mountPointer(window, stage, now, put);
  mountWays(window, stage, hide);
  show();
}

/**
 * @param {HTMLElement} window @param {HTMLElement} stage
 * @param {(event: KeyboardEvent) => Place | null} after @param {(place: Place) => void} put
 */
function mountKeys(window, stage, after, put) {
  window.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      event.preventDefault();
      const play = stage.querySelector("[data-bar=play]");
      if (play instanceof HTMLElement) play.focus();
      return;
    }
    if (event.target !== window) return;
    const next = after(event);
    if (next === null) return;
    // The player would seek by the same key.
    event.preventDefault();
    put(next);
  });
}

/**
 * Drag it by anything but its buttons; resize it by its corner.
 * @param {HTMLElement} window @param {HTMLElement} stage @param {() => Place} now @param {(place: Place) => void} put
 */
function mountPointer(window, stage, now, put) {
  window.addEventListener("pointerdown", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (event.button !== 0 || target?.closest("button") || !isOver(stage)) return;
    const resizes = target?.closest(".signs-corner") !== null && target !== null;
    const [begun, { clientX, clientY }] = [now(), event];
    window.setPointerCapture(event.pointerId);
    const drag = new AbortController();
    /** @param {PointerEvent} moves */
    const move = (moves) => {
      const right = (moves.clientX - clientX) / stage.clientWidth;
      const down = (moves.clientY - clientY) / stage.clientHeight;
      // The corner is the lower left one: the other edges stay.
      const next = resizes
        ? { ...begun, x: begun.x + right, width: begun.width - right }
        : { ...begun, x: begun.x + right, y: begun.y + down };
      put(next);
    };
    window.addEventListener("pointermove", move, { signal: drag.signal });
    for (const name of ["pointerup", "pointercancel"]) {
      window.addEventListener(name, () => drag.abort(), { signal: drag.signal });
    }
  });
}

/** @param {HTMLElement} window @param {HTMLElement} stage @param {() => void} hide */
function mountWays(window, stage, hide) {
  const buttons = [...window.querySelectorAll("[data-signs-do]")].filter((each) => each instanceof HTMLButtonElement);
  /** @param {string | null} way */
  const stand = (way) => {
    stage.dataset.signs = way ?? "over";
    remember(WAY, way);
    for (const button of buttons) {
      const does = button.dataset.signsDo ?? "";
      if (WAYS.includes(does)) button.ariaPressed = String(does === way);
    }
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const does = button.dataset.signsDo ?? "";
      if (does === "hide") hide();
      else stand(stage.dataset.signs === does ? null : does);
    });
  }
  const before = recall(WAY);
  stand(before !== null && WAYS.includes(before) ? before : null);
}

/** Whether it lies over the film, where it can be moved. @param {HTMLElement} stage */
function isOver(stage) {
  return stage.dataset.signs === "over" && getComputedStyle(stage).display !== "grid";
}
