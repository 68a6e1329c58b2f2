/** Subtitles that a film brings along: their names, and those that come while the page is shown. */
import { find } from "../library/api.js";
import { languageName } from "../site/core/language_names.js";
import { t } from "../site/core/texts.js";
import { videoOf } from "../site/actions.js";
import { isSameLanguage } from "./core/subtitle_choice.js";

const LOOK_EVERY = 1000;
const AHEAD = ["queued", "running"];

/** Name the languages of the page as people do. @param {HTMLVideoElement} video */
export function mountSubtitles(video) {
  for (const track of video.querySelectorAll("track")) name(track);
  for (const place of videoOf(video)?.querySelectorAll("[data-language]") ?? []) {
    if (!(place instanceof HTMLElement)) continue;
    place.textContent = nameOf(place.dataset.language ?? "") ?? place.textContent;
  }
}

/**
 * Offer what has been made since the page was asked for, and what is still being made as soon as it is there.
 * @param {HTMLVideoElement} video @param {import("../library/api.js").Video} film
 */
export async function offerSubtitles(video, film) {
  /** @type {import("../library/api.js").Video | null} */
  let seen = film;
  while (video.isConnected) {
    if (seen !== null) offer(video, seen);
    if (seen !== null && !AHEAD.includes(seen.processing.subtitles?.state)) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
    seen = await find(film.id).catch(() => null);
  }
}

/** @param {HTMLVideoElement} video @param {import("../library/api.js").Video} film */
function offer(video, { subtitles }) {
  const there = new Set([...video.querySelectorAll("track")].map((track) => track.getAttribute("src")));
  for (const { language, title, url } of subtitles) {
    if (url === null || there.has(url) || isReplaced(video, language)) continue;
    const track = document.createElement("track");
    Object.assign(track, { kind: "subtitles", src: url, srclang: language });
    track.dataset.title = title;
    name(track);
    video.append(track);
  }
}

/** Whether somebody has brought subtitles in this language. @param {HTMLVideoElement} video @param {string} language */
function isReplaced(video, language) {
  const own = [...video.querySelectorAll("track[kind=subtitles][src*='/captions/']")];
  return own.some((track) => isSameLanguage(track.getAttribute("srclang") ?? "", language));
}

/** @param {HTMLTrackElement} track */
function name(track) {
  const parts = [nameOf(track.srclang) ?? track.srclang, track.dataset.title ?? ""];
  track.label = parts.filter(Boolean).join(" · ") || t("playback.subtitles");
}

/** @param {string} language */
const nameOf = (language) => languageName(language, document.documentElement.lang);
