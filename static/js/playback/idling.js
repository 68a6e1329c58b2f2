/** The bar leaves the picture alone while the film plays and nobody moves; the style sheet keeps it under the focus. */

const PATIENCE = 3000;

/** @param {HTMLVideoElement} video */
export function mountIdling(video) {
  const stage = stageOf(video);
  if (stage === null) return;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let patience;
  const wake = () => {
    clearTimeout(patience);
    delete stage.dataset.idle;
    patience = setTimeout(() => rest(video), PATIENCE);
  };
  for (const name of ["pointermove", "pointerdown", "keydown", "focusin"]) stage.addEventListener(name, wake);
  for (const name of ["play", "pause", "ended", "seeking"]) video.addEventListener(name, wake);
  stage.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && rest(video));
}

/** Take the bar away, unless the film stands still. @param {HTMLVideoElement} video */
export function rest(video) {
  const stage = stageOf(video);
  if (stage && !video.paused && !video.ended) stage.dataset.idle = "";
}

/** @param {HTMLVideoElement} video @returns {HTMLElement | null} */
export const stageOf = (video) => video.closest("[data-stage]");
