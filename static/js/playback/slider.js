/** The slider of the bar: where the film is, how far it has been read, and where somebody wants it to be. */
import { t } from "../site/core/texts.js";
import { bufferedUntil } from "./core/ranges.js";
import { placeByKey } from "./core/slider_keys.js";
import { spokenPlace } from "./core/times.js";
import { seekTo } from "./moves.js";
import { mountPeek } from "./peek.js";

/** @param {import("./bar_parts.js").Bar} parts */
export function mountSlider({ bar, video }) {
  const slider = bar.querySelector(".seek-slider");
  if (!(slider instanceof HTMLInputElement)) return;
  const show = () => showPlace(slider, video);
  for (const name of ["timeupdate", "seeking", "progress", "durationchange"]) video.addEventListener(name, show);
  // Said while it has the focus, each second would be read out: then only what somebody does is.
  for (const name of ["seeked", "pause", "durationchange"]) video.addEventListener(name, () => speak(slider, video));
  video.addEventListener("timeupdate", () => slider === document.activeElement || speak(slider, video));
  slider.addEventListener("focus", () => speak(slider, video));
  slider.addEventListener("input", () => {
    video.currentTime = Number(slider.value);
  });
  slider.addEventListener("keydown", (event) => {
    const place = placeByKey(event.key, { now: video.currentTime, length: video.duration });
    if (place === null || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    seekTo(video, place);
  });
  mountPeek({ bar, video, slider });
  show();
  speak(slider, video);
}

/** @param {HTMLInputElement} slider @param {HTMLVideoElement} video */
function showPlace(slider, video) {
  const length = Number.isFinite(video.duration) ? video.duration : 0;
  slider.max = String(length);
  slider.value = String(video.currentTime);
  const share = (/** @type {number} */ second) => `${length > 0 ? (100 * second) / length : 0}%`;
  slider.style.setProperty("--played", share(video.currentTime));
  slider.style.setProperty("--buffered", share(bufferedUntil(video.buffered, video.currentTime)));
}

/** @param {HTMLInputElement} slider @param {HTMLVideoElement} video */
function speak(slider, video) {
  const words = spokenPlace(video.currentTime, video.duration, t);
  if (slider.ariaValueText !== words) slider.ariaValueText = words;
}
