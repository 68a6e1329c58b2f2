/** What keys, buttons and fingers do to a player, whichever of them it is. */
import { t } from "../site/core/texts.js";
import { clock } from "./core/times.js";
import { say } from "./said.js";

/** @param {HTMLVideoElement} video */
export function togglePlaying(video) {
  if (video.paused)
    video.play().catch(() => undefined); // Why it cannot is said by `explain`.
  else video.pause();
}

/** @param {HTMLVideoElement} video @param {number} seconds */
export function seekBy(video, seconds) {
  seekTo(video, video.currentTime + seconds);
}

/**
 * Go to a second of the film, or to the end that is nearer, and say where that is.
 * @param {HTMLVideoElement} video @param {number} second
 */
export function seekTo(video, second) {
  video.currentTime = Math.max(0, Math.min(video.duration || 0, second || 0));
  say(clock(video.currentTime));
}

/** @param {HTMLVideoElement} video @param {number} speed */
export function setSpeed(video, speed) {
  video.defaultPlaybackRate = video.playbackRate = speed;
}

/** @param {HTMLVideoElement} video */
export function toggleSound(video) {
  video.muted = !video.muted;
  say(video.muted ? t("playback.muted") : t("playback.unmuted"));
}
