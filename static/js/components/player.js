/** The player of one video: where it begins, its keys, its speed, and what is said when it cannot play. */
import { recall, remember } from "../core/memory.js";
import { clock, momentOf, nextSpeed } from "../core/moments.js";
import { libraryTexts as texts } from "../core/texts.js";
import { troubleWith } from "../transport/api.js";
import { videoOf } from "./acts.js";
import { onKey } from "./keys.js";

const NEAR_END = 15;
const SAVE_EVERY = 5;

/** The player that the present page began with. @type {HTMLVideoElement | null} */
let mounted = null;

/** The player of the page that is shown. */
export function player() {
  return document.querySelector("video");
}

export function mountPlayer() {
  mountPlayerKeys();
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
  video.addEventListener("error", () => explain(video));
  if (video.error) explain(video);
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
  mountSpeed(video);
}

/** What is known once the head of the file is here. @param {HTMLVideoElement} video */
function know(video) {
  fact("length", Number.isFinite(video.duration) ? clock(video.duration) : "–");
  fact("picture", video.videoWidth > 0 ? texts.picture(video.videoWidth, video.videoHeight) : "–");
  const asked = momentOf(location.hash);
  if (asked !== null) return jump(asked);
  const left = Number(recall(placeOf(video)) ?? 0);
  if (left <= 0 || left > video.duration - NEAR_END) return;
  video.currentTime = left;
  say(texts.resumed(clock(left)));
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
  if (words) words.textContent = texts.copyLinkAt(clock(second));
}

/** @param {string} name @param {string} value */
function fact(name, value) {
  const place = document.querySelector(`[data-fact=${name}]`);
  if (place) place.textContent = value;
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

/** @param {HTMLVideoElement} video @param {number} speed */
function setSpeed(video, speed) {
  video.defaultPlaybackRate = video.playbackRate = speed;
}

/** Tell a format that this browser cannot play from a server that cannot be read. @param {HTMLVideoElement} video */
async function explain(video) {
  const notice = document.querySelector(".unplayable");
  if (!(notice instanceof HTMLElement) || video !== player()) return;
  const trouble = await troubleWith(videoOf(video)?.dataset.id ?? "");
  const [title, sentence] = [notice.querySelector("h2"), notice.querySelector("p")];
  if (trouble !== null && title && sentence) {
    title.textContent = texts.unplayable;
    sentence.textContent = trouble;
  }
  notice.hidden = false;
}

function mountPlayerKeys() {
  /** @param {string} key @param {(video: HTMLVideoElement) => void} press */
  const on = (key, press) => onKey(key, () => {
    const video = player();
    if (video === null) return false;
    press(video);
  });
  const onControl = () => document.activeElement?.matches("a, button, summary, input") ?? false;
  onKey(" ", () => !onControl() && player() !== null && (toggle(), true));
  on("k", toggle);
  for (const [key, step] of /** @type {[string, number][]} */ ([["j", -10], ["l", 10], ["ArrowLeft", -5], ["ArrowRight", 5]])) {
    on(key, (video) => seekBy(video, step));
  }
  on("f", (video) => { document.fullscreenElement ? document.exitFullscreen() : video.requestFullscreen?.(); });
  on("m", (video) => { video.muted = !video.muted; });
  on("<", (video) => stepSpeed(video, -1));
  on(">", (video) => stepSpeed(video, 1));
}

function toggle() {
  const video = player();
  if (video?.paused) video.play().catch(() => undefined); // Why it cannot is said by `explain`.
  else video?.pause();
}

/** @param {HTMLVideoElement} video @param {number} seconds */
function seekBy(video, seconds) {
  video.currentTime = Math.max(0, Math.min(video.duration || 0, video.currentTime + seconds));
  say(clock(video.currentTime));
}

/** @param {HTMLVideoElement} video @param {1 | -1} step */
function stepSpeed(video, step) {
  const choice = document.getElementById("speed");
  if (!(choice instanceof HTMLSelectElement)) return;
  setSpeed(video, nextSpeed([...choice.options].map((option) => Number(option.value)), video.playbackRate, step));
  say(texts.speed(video.playbackRate));
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let saying;

/** Show a word over the picture for a moment. @param {string} words */
export function say(words) {
  const place = document.querySelector(".said");
  if (!(place instanceof HTMLElement)) return;
  place.textContent = words;
  place.hidden = false;
  clearTimeout(saying);
  saying = setTimeout(() => { place.hidden = true; }, 900);
}
