/** The parts of the player's bar, as the template names them. */

/** @typedef {{bar: HTMLElement, video: HTMLVideoElement}} Bar */

/** A button, or a word, of the bar. @param {HTMLElement} bar @param {string} name */
export function part(bar, name) {
  return /** @type {HTMLElement} */ (bar.querySelector(`[data-bar=${name}]`));
}

/** @param {HTMLVideoElement} video @returns {HTMLElement | null} */
export function barOf(video) {
  return video.closest("[data-stage]")?.querySelector(".player") ?? null;
}
