/** What the film does by itself, in words over the picture: that it waits, has stopped at its end, or is silent. */
import { t } from "../site/core/texts.js";
import { changeIcon } from "../site/icons.js";

/** A film that is sought waits for a moment; what is over by then need not be said. */
const PATIENCE = 400;

/** @param {HTMLVideoElement} video */
export function mountStates(video) {
  const stage = video.closest("[data-stage]");
  const [place, silent] = [stage?.querySelector(".state"), stage?.querySelector(".silent")];
  if (!(place instanceof HTMLElement) || !(silent instanceof HTMLElement)) return;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let patience;
  const show = (/** @type {string} */ icon, /** @type {string} */ words) => {
    clearTimeout(patience);
    const text = place.querySelector("span");
    if (text) text.textContent = words;
    changeIcon(place, icon);
    place.hidden = words === "";
  };
  const wait = (/** @type {string} */ words) => {
    clearTimeout(patience);
    patience = setTimeout(() => video.readyState < HTMLMediaElement.HAVE_FUTURE_DATA && show("clock", words), PATIENCE);
  };
  video.addEventListener("waiting", () => wait(t("playback.waiting")));
  video.addEventListener("stalled", () => !video.paused && wait(t("playback.stalled")));
  video.addEventListener("ended", () => show("check", t("playback.ended")));
  for (const name of ["playing", "canplay", "seeked", "pause", "emptied", "error"]) {
    video.addEventListener(name, () => video.ended || show("clock", ""));
  }
  const showSilence = () => {
    silent.hidden = !video.muted && video.volume > 0;
  };
  video.addEventListener("volumechange", showSilence);
  showSilence();
}
