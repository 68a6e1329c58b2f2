/**
 * Which captions are shown: a button puts them on and off, a list chooses among them, and the choice is remembered for
 * the next film: the language here, and whether any are shown by the server, which then offers none by itself. The
 * browser draws them; whoever changes a track, this shows it.
 */
import { recall, remember } from "../site/core/stored_values.js";
import { t } from "../site/core/texts.js";
import { savePreferences } from "../site/preferences.js";
import { barOf, part } from "./bar_parts.js";
import { isSameLanguage, trackToToggle } from "./core/subtitle_choice.js";
import { say } from "./said.js";

const KINDS = new Set(["captions", "subtitles"]);
const CHOSEN = "captions";

/** What was hidden last, to be shown again. @type {TextTrack | null} */
let last = null;

/** @param {HTMLVideoElement} video */
export function mountCaptionChoice(video) {
  const [bar, list] = [barOf(video), document.getElementById("caption-language")];
  if (bar === null || !(list instanceof HTMLSelectElement)) return;
  const button = part(bar, "captions");
  const show = () => {
    if (video.isConnected) showChoices(video, button, list);
  };
  button.addEventListener("click", () => toggleCaptions(video));
  list.addEventListener("change", () => choose(video, tracksOf(video)[Number(list.value)] ?? null));
  video.textTracks.addEventListener("addtrack", () => {
    recallChoice(video);
    show();
  });
  for (const name of ["change", "removetrack"]) video.textTracks.addEventListener(name, show);
  recallChoice(video);
  show();
}

/** Hide the words that are shown, or show some; false where there are none. @param {HTMLVideoElement} video */
export function toggleCaptions(video) {
  const ofFilm = new Set([...video.querySelectorAll("track")].map(({ track }) => track));
  const track = trackToToggle(tracksOf(video), { last, ofFilm, language: document.documentElement.lang });
  if (track === undefined) return false;
  choose(video, track.mode === "showing" ? null : track);
}

/**
 * Show one of the tracks, or none, because somebody wants it.
 * @param {HTMLVideoElement} video @param {TextTrack | null} chosen
 */
function choose(video, chosen) {
  for (const track of tracksOf(video)) {
    if (track.mode === "showing") last = track;
    if (track !== chosen && track.mode === "showing") track.mode = "hidden";
  }
  if (chosen) chosen.mode = "showing";
  remember(CHOSEN, chosen?.language || null);
  // Where the server is away, the choice holds for this film.
  savePreferences(new URLSearchParams({ captions: chosen ? "on" : "off" })).catch(() => {});
  say(chosen ? t("playback.captions_on") : t("playback.captions_off"));
}

/** Show what this person has last chosen, as far as this film has it. @param {HTMLVideoElement} video */
function recallChoice(video) {
  const tracks = tracksOf(video);
  const language = recall(CHOSEN);
  if (language === null || tracks.some(({ mode }) => mode === "showing")) return;
  const found = tracks.find((track) => isSameLanguage(track.language, language));
  if (found) found.mode = "showing";
}

/** @param {HTMLVideoElement} video @param {HTMLElement} button @param {HTMLSelectElement} list */
function showChoices(video, button, list) {
  const tracks = tracksOf(video);
  const shown = tracks.findIndex(({ mode }) => mode === "showing");
  button.hidden = tracks.length === 0;
  button.ariaPressed = String(shown >= 0);
  const label = list.closest("label");
  if (label) label.hidden = tracks.length === 0;
  const options = tracks.map((track, index) => new Option(track.label || t("playback.subtitles"), String(index)));
  list.replaceChildren(new Option(t("playback.captions_none"), "-1"), ...options);
  list.value = String(shown);
}

/** Tracks that people read as the film plays. @param {HTMLVideoElement} video */
export function tracksOf(video) {
  return [...video.textTracks].filter(({ kind }) => KINDS.has(kind));
}
