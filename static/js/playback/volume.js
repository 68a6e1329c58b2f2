/** How loud the film is: a button that silences it, and a slider where there is room for one. */
import { recall, remember } from "../site/core/stored_values.js";
import { t } from "../site/core/texts.js";
import { changeIcon } from "../site/icons.js";
import { part } from "./bar_parts.js";
import { toggleSound } from "./moves.js";

const STEP = 0.05;

/** @param {import("./bar_parts.js").Bar} parts */
export function mountVolume({ bar, video }) {
  const [button, slider] = [part(bar, "mute"), bar.querySelector(".volume")];
  if (!(slider instanceof HTMLInputElement)) return;
  const show = () => {
    const volume = video.muted ? 0 : video.volume;
    changeIcon(button, volume > 0 ? "volume" : "muted");
    button.ariaPressed = String(video.muted);
    slider.value = String(volume);
    slider.ariaValueText = t("playback.percent", { count: Math.round(volume * 100) });
    slider.style.setProperty("--played", `${volume * 100}%`);
  };
  button.addEventListener("click", () => toggleSound(video));
  slider.addEventListener("input", () => setVolume(video, Number(slider.value)));
  slider.addEventListener("keydown", (event) => {
    const step = { ArrowUp: STEP, ArrowRight: STEP, ArrowDown: -STEP, ArrowLeft: -STEP }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    setVolume(video, Number(slider.value) + step);
  });
  video.addEventListener("volumechange", show);
  video.volume = Number(recall("volume") ?? 1);
  show();
}

/** One for all videos. @param {HTMLVideoElement} video @param {number} volume */
function setVolume(video, volume) {
  video.volume = Math.max(0, Math.min(1, volume));
  video.muted = video.volume === 0;
  remember("volume", video.volume === 1 || video.volume === 0 ? null : video.volume.toFixed(2));
}
