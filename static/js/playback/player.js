/** The player of one video: where it begins, where it goes, and its speed. */
import { recall, remember } from "../site/core/stored_values.js";
import { clock, momentOf } from "./core/times.js";
import { t } from "../site/core/texts.js";
import { videoOf } from "../site/actions.js";
import { mountBar } from "./bar.js";
import { setSpeed } from "./moves.js";
import { say } from "./said.js";
import { hasRendition, playRendition, preferRendition } from "./renditions.js";
import { mountStarting } from "./starting.js";
import { mountSubtitles } from "./subtitles.js";
import { mountRenewing, renew } from "./url_renewal.js";
import { explain, missPicture } from "./unplayable.js";

const NEAR_END = 15;
const SAVE_EVERY = 5;

/** The player that the present page began with. @type {HTMLVideoElement | null} */
let mounted = null;

/** The player of the page that is shown. */
export function player() {
  return document.querySelector("video");
}

export function mountPlayer() {
  document.addEventListener("reelgate:page", begin);
  window.addEventListener("hashchange", () => jump(momentOf(location.hash)));
  window.addEventListener("pagehide", () => mounted && savePlace(mounted));
  begin();
}

function begin() {
  if (mounted && !mounted.isConnected) {
    // It has left the page: end its download.
    mounted.removeAttribute("src");
    mounted.load();
  }
  const video = (mounted = player());
  if (video === null) return;
  mountRenewing(video);
  const recover = () => renew(video) || playRendition(video) || explain(video);
  video.addEventListener("error", recover);
  if (video.error) recover();
  if (video.readyState >= HTMLMediaElement.HAVE_METADATA) know(video);
  else video.addEventListener("loadedmetadata", () => know(video), { once: true });
  let saved = 0;
  video.addEventListener("timeupdate", () => {
    offerLinkAt(video.currentTime);
    if (Math.abs(video.currentTime - saved) < SAVE_EVERY) return;
    saved = video.currentTime;
    savePlace(video);
  });
  video.addEventListener("pause", () => savePlace(video));
  mountStarting(video);
  mountSpeed(video);
  mountSubtitles(video);
  mountBar(video);
  if (video.hasAttribute("src")) preferRendition(video);
  else playRendition(video) || explain(video);
}

/** What is known once the head of the file is here. @param {HTMLVideoElement} video */
function know(video) {
  if (video.videoWidth === 0 && !hasRendition(video) && playRendition(video)) return;
  fact("length", Number.isFinite(video.duration) ? clock(video.duration) : "–");
  missPicture(video);
  fact("picture", video.videoWidth > 0 ? `${video.videoWidth} × ${video.videoHeight}` : "–");
  const asked = momentOf(location.hash);
  if (asked !== null) return jump(asked);
  const left = Number(recall(placeOf(video)) ?? 0);
  if (left <= 0 || left > video.duration - NEAR_END) return;
  video.currentTime = left;
  say(t("playback.resumed", { time: clock(left) }));
}

/** @param {number | null} second */
function jump(second) {
  const video = player();
  if (video === null || second === null) return;
  video.currentTime = Math.min(second, Number.isFinite(video.duration) ? video.duration : second);
}

/** Remember where this person is, except at either end. @param {HTMLVideoElement} video */
function savePlace(video) {
  const { currentTime, duration } = video;
  if (!(duration > 0)) return;
  const worth = currentTime > 1 && currentTime < duration - NEAR_END;
  remember(placeOf(video), worth ? currentTime.toFixed(1) : null);
}

/** @param {HTMLVideoElement} video */
function placeOf(video) {
  return `at.${videoOf(video)?.dataset.id ?? ""}`;
}

/** @param {number} second */
function offerLinkAt(second) {
  const words = document.querySelector("[data-act=copy-time] span");
  if (words) words.textContent = t("playback.copy_link_at", { time: clock(second) });
}

/** @param {string} name @param {string} value */
function fact(name, value) {
  const place = document.querySelector(`[data-fact=${name}]`);
  if (place && !place.hasAttribute("data-known")) place.textContent = value;
}

/** The speed is one for all videos. @param {HTMLVideoElement} video */
function mountSpeed(video) {
  const choice = document.getElementById("speed");
  if (!(choice instanceof HTMLSelectElement)) return;
  video.addEventListener("ratechange", () => {
    choice.value = String(video.playbackRate);
    remember("speed", video.playbackRate === 1 ? null : String(video.playbackRate));
  });
  choice.addEventListener("change", () => setSpeed(video, Number(choice.value)));
  setSpeed(video, Number(recall("speed") ?? 1));
}
