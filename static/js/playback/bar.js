/** The player's own bar: it does what its buttons say, and shows what the film does, whoever made it do so. */
import { t } from "../site/core/texts.js";
import { changeIcon } from "../site/icons.js";
import { barOf, part } from "./bar_parts.js";
import { mountCaptionChoice } from "./caption_choice.js";
import { clock } from "./core/times.js";
import { mountIdling } from "./idling.js";
import { togglePlaying } from "./moves.js";
import { hasFullScreen, hasPictureInPicture, toggleFullScreen, togglePictureInPicture } from "./screens.js";
import { mountSlider } from "./slider.js";
import { mountStates } from "./states.js";
import { mountTouches } from "./touches.js";
import { mountVolume } from "./volume.js";

/** @typedef {import("./bar_parts.js").Bar} Bar */

/** Put the bar in the place of the browser's controls. @param {HTMLVideoElement} video */
export function mountBar(video) {
  const bar = barOf(video);
  if (bar === null) return;
  mountPlayButton({ bar, video });
  mountTimes({ bar, video });
  mountSlider({ bar, video });
  mountVolume({ bar, video });
  mountCaptionChoice(video);
  mountScreens({ bar, video });
  mountStates(video);
  mountIdling(video);
  mountTouches(video);
  video.controls = false;
  bar.hidden = false;
}

/** Leave a film without a picture to the browser's controls. @param {HTMLVideoElement} video */
export function leaveBar(video) {
  const bar = barOf(video);
  if (bar) bar.hidden = true;
  video.controls = true;
}

/** @param {Bar} parts */
function mountPlayButton({ bar, video }) {
  const button = part(bar, "play");
  button.addEventListener("click", () => togglePlaying(video));
  const show = () => {
    changeIcon(button, video.ended ? "restore" : video.paused ? "play" : "pause");
    button.ariaLabel = video.ended ? t("playback.replay") : video.paused ? t("playback.play") : t("playback.pause");
  };
  for (const name of ["play", "pause", "ended", "seeked", "emptied"]) video.addEventListener(name, show);
  show();
}

/** @param {Bar} parts */
function mountTimes({ bar, video }) {
  const [now, length] = [part(bar, "now"), part(bar, "length")];
  const show = () => {
    now.textContent = clock(video.currentTime);
    if (Number.isFinite(video.duration)) length.textContent = `/ ${clock(video.duration)}`;
  };
  for (const name of ["timeupdate", "seeking", "durationchange"]) video.addEventListener(name, show);
  show();
}

/** @param {Bar} parts */
function mountScreens({ bar, video }) {
  const [full, picture] = [part(bar, "full"), part(bar, "picture")];
  full.hidden = !hasFullScreen(video);
  full.addEventListener("click", () => toggleFullScreen(video));
  video.closest("[data-theatre]")?.addEventListener("fullscreenchange", () => {
    const isFull = document.fullscreenElement !== null;
    changeIcon(full, isFull ? "unfull" : "full");
    full.ariaPressed = String(isFull);
  });
  picture.hidden = !hasPictureInPicture(video);
  picture.addEventListener("click", () => togglePictureInPicture(video));
  for (const name of ["enterpictureinpicture", "leavepictureinpicture"]) {
    video.addEventListener(name, () => {
      picture.ariaPressed = String(name === "enterpictureinpicture");
    });
  }
}
