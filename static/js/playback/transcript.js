/** The transcript beside the film: it follows the film, leads into it, and is there in each language of its tracks. */
import { t } from "../site/core/texts.js";
import { onAct } from "../site/actions.js";
import { copy } from "../site/clipboard.js";
import { tracksOf } from "./caption_choice.js";
import { cuesOf } from "./core/caption_files.js";
import { isSameLanguage } from "./core/subtitle_choice.js";
import { asText, linesOf } from "./core/transcript.js";
import { player } from "./player.js";
import { mountList } from "./transcript_list.js";
import { mountSearch } from "./transcript_search.js";

/** @typedef {import("./core/transcript.js").Line} Line */

/** What is shown. @type {Line[]} */
let lines = [];

export function mountTranscripts() {
  onAct("copy-transcript", () => copy(asText(lines)));
  document.addEventListener("reelgate:page", begin);
  begin();
}

function begin() {
  const [place, video] = [document.querySelector(".transcript"), player()];
  const languages = document.getElementById("transcript-language");
  lines = [];
  if (!(place instanceof HTMLElement) || video === null || !(languages instanceof HTMLSelectElement)) return;
  const list = mountList(place, video);
  const search = mountSearch(place, list);
  /** @type {TextTrack | null} */
  let shown = null;
  const show = async (/** @type {TextTrack | undefined} */ track) => {
    if (track === undefined || track === shown) return;
    shown = track;
    const found = await linesFrom(video, track);
    if (shown !== track || !place.isConnected) return;
    lines = found;
    list.show(lines, track.language);
    search.renew();
  };
  const offer = () => {
    const tracks = tracksOf(video);
    const chosen = tracks.find(({ mode }) => mode === "showing") ?? shown ?? preferred(tracks);
    offerLanguages(languages, tracks, chosen);
    place.classList.toggle("empty", tracks.length === 0);
    if (place.closest(".facet")?.classList.contains("current")) show(chosen);
  };
  languages.addEventListener("change", () => show(tracksOf(video)[Number(languages.value)]));
  for (const name of ["addtrack", "removetrack", "change"]) video.textTracks.addEventListener(name, offer);
  place.closest(".facet")?.addEventListener("reelgate:facet", offer);
  offer();
}

/** Those in the language of the page, else the first. @param {TextTrack[]} tracks */
function preferred(tracks) {
  return tracks.find(({ language }) => isSameLanguage(language, document.documentElement.lang)) ?? tracks[0];
}

/** @param {HTMLSelectElement} list @param {TextTrack[]} tracks @param {TextTrack | undefined} chosen */
function offerLanguages(list, tracks, chosen) {
  const options = tracks.map((track, index) => new Option(track.label || t("playback.subtitles"), String(index)));
  list.replaceChildren(...options);
  list.value = String(chosen ? tracks.indexOf(chosen) : -1);
  list.hidden = tracks.length < 2;
}

/**
 * The lines of a track. A track that is not shown has not been read by the browser: its file is read here.
 * @param {HTMLVideoElement} video @param {TextTrack} track @returns {Promise<Line[]>}
 */
async function linesFrom(video, track) {
  const element = [...video.querySelectorAll("track")].find((each) => each.track === track);
  if (element === undefined) {
    const cues = [...(track.cues ?? [])].filter((cue) => cue instanceof VTTCue);
    return linesOf(cues.map(({ startTime, endTime, text }) => ({ start: startTime, end: endTime, text })));
  }
  const answer = await fetch(element.src).catch(() => null);
  return answer?.ok ? linesOf(cuesOf(await answer.text().catch(() => ""))) : [];
}
