/** What the picture does under a finger or a mouse. */
import { meaningOf } from "./core/touches.js";
import { rest, stageOf } from "./idling.js";
import { seekBy, togglePlaying } from "./moves.js";
import { toggleFullScreen } from "./screens.js";

const STEP = 10;

/** @param {HTMLVideoElement} video */
export function mountTouches(video) {
  /** @type {import("./core/touches.js").Touch | null} */
  let before = null;
  let wasIdle = false;
  let isTouch = false;
  video.addEventListener(
    "pointerdown",
    ({ pointerType }) => {
      isTouch = pointerType === "touch";
      wasIdle = stageOf(video)?.dataset.idle !== undefined;
    },
    { capture: true },
  );
  video.addEventListener("pointerup", (event) => {
    if (!isTouch || video.controls) return;
    const { left, width } = video.getBoundingClientRect();
    const touch = { at: event.timeStamp, place: (event.clientX - left) / width };
    const meaning = meaningOf(touch, before);
    before = touch;
    if (meaning !== "bar") seekBy(video, meaning === "back" ? -STEP : STEP);
    else if (!wasIdle) rest(video);
  });
  video.addEventListener("click", () => isTouch || video.controls || togglePlaying(video));
  video.addEventListener("dblclick", () => isTouch || video.controls || toggleFullScreen(video));
}
