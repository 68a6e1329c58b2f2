/** Keys that work the player from anywhere on its page. */
import { onKey } from "../site/keys.js";
import { nextSpeed } from "./core/times.js";
import { seekBy, seekTo, setSpeed, togglePlaying, toggleSound } from "./moves.js";
import { player } from "./player.js";
import { say } from "./said.js";
import { toggleFullScreen } from "./screens.js";

const STEPS = new Map([
  ["j", -10],
  ["l", 10],
  ["ArrowLeft", -5],
  ["ArrowRight", 5],
]);

export function mountPlayerKeys() {
  // A button is pressed by the same key.
  const onControl = () => document.activeElement?.matches("a, button, summary, input:not([type=range])") ?? false;
  onKey(" ", () => {
    const video = player();
    if (onControl() || video === null) return false;
    togglePlaying(video);
  });
  on("k", togglePlaying);
  for (const [key, step] of STEPS) on(key, (video) => seekBy(video, step));
  for (let tenth = 0; tenth <= 9; tenth += 1) {
    on(String(tenth), (video) => seekTo(video, (video.duration * tenth) / 10));
  }
  on("f", toggleFullScreen);
  on("m", toggleSound);
  on("<", (video) => stepSpeed(video, -1));
  on(">", (video) => stepSpeed(video, 1));
}

/** @param {string} key @param {(video: HTMLVideoElement) => void} press */
function on(key, press) {
  onKey(key, () => {
    const video = player();
    if (video === null) return false;
    press(video);
  });
}

/** @param {HTMLVideoElement} video @param {1 | -1} step */
function stepSpeed(video, step) {
  const choice = document.getElementById("speed");
  if (!(choice instanceof HTMLSelectElement)) return;
  const speeds = [...choice.options].map((option) => Number(option.value));
  setSpeed(video, nextSpeed(speeds, video.playbackRate, step));
  say(`${video.playbackRate} ×`);
}
