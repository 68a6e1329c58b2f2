/** What can be chosen of a rendition: its size, and which sound is heard. */
import { languageName } from "../site/core/language_names.js";
import { t } from "../site/core/texts.js";

const AUTOMATIC = "-1";

/**
 * @typedef {{height: number, bitrate: number}} Level
 * @typedef {{name: string, lang?: string}} Sound
 * @typedef {{levels: Level[], currentLevel: number, audioTracks: Sound[], audioTrack: number,
 *   on: (event: string, listener: () => void) => void}} Hls what is used of hls.js
 */

/** @param {HTMLVideoElement} video @param {Hls} hls @param {Record<string, string>} events */
export function offerChoices(video, hls, events) {
  const offer = () => {
    if (video.isConnected) show(hls);
  };
  hls.on(events.MANIFEST_PARSED ?? "", offer);
  hls.on(events.AUDIO_TRACKS_UPDATED ?? "", offer);
}

/** @param {Hls} hls */
function show(hls) {
  const sizes = hls.levels.map((level, index) => ({ value: String(index), name: `${level.height}p` })).reverse();
  const automatic = { value: AUTOMATIC, name: t("playback.quality_auto") };
  fill("quality", sizes.length > 1 ? [automatic, ...sizes] : [], AUTOMATIC, (chosen) => {
    hls.currentLevel = Number(chosen);
  });
  const sounds = hls.audioTracks.map((sound, index) => ({ value: String(index), name: nameOf(sound) }));
  fill("sound", sounds.length > 1 ? sounds : [], String(hls.audioTrack), (chosen) => {
    hls.audioTrack = Number(chosen);
  });
}

/** @param {Sound} sound */
function nameOf({ lang, name }) {
  return (lang && languageName(lang, document.documentElement.lang)) || name;
}

/**
 * @param {string} id @param {{value: string, name: string}[]} choices @param {string} chosen
 * @param {(value: string) => void} choose
 */
function fill(id, choices, chosen, choose) {
  const list = document.getElementById(id);
  if (!(list instanceof HTMLSelectElement)) return;
  list.replaceChildren(...choices.map(({ value, name }) => new Option(name, value, false, value === chosen)));
  list.onchange = () => choose(list.value);
  const label = list.closest("label");
  if (label) label.hidden = choices.length === 0;
}
