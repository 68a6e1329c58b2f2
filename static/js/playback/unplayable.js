/** What is said when a video cannot be played, or only heard, and what then leaves the page because it cannot help. */
import { t } from "../site/core/texts.js";
import { troubleWith } from "../library/api.js";
import { videoOf } from "../site/actions.js";
import { leaveBar } from "./bar.js";

/**
 * Tell a format that this browser cannot play from a server that cannot be read.
 * @param {HTMLVideoElement} video that has failed
 */
export async function explain(video) {
  if (video.dataset.playable === "no") {
    return show(video, { plays: "nothing", title: t("playback.cannot_title"), sentence: video.dataset.reason });
  }
  const trouble = await troubleWith(videoOf(video)?.dataset.id ?? "");
  if (!video.isConnected) return;
  if (trouble === null) show(video, { plays: "nothing" });
  else show(video, { title: t("playback.trouble"), sentence: trouble });
}

/**
 * Say when there is sound and no picture. Browsers play what they know of a file: of one whose picture they cannot
 * decode they play the sound, and report no error.
 * @param {HTMLVideoElement} video whose metadata are here
 */
export function missPicture(video) {
  if (video.videoWidth > 0) return;
  show(video, { plays: "sound", title: t("playback.sound_only"), sentence: t("playback.sound_only_why") });
}

/** @param {HTMLVideoElement} video @param {{plays?: "nothing" | "sound", title?: string, sentence?: string}} what */
function show(video, { plays, title, sentence }) {
  const page = videoOf(video);
  const notice = page?.querySelector(".unplayable");
  if (!page || !(notice instanceof HTMLElement)) return;
  // The style sheet takes away what does not help then.
  if (plays) page.dataset.plays = plays;
  if (plays) leaveBar(video);
  put(notice.querySelector("h2"), title);
  put(notice.querySelector("p"), sentence);
  const again = notice.querySelector("[data-act=reload]");
  if (again instanceof HTMLElement) again.hidden = plays !== undefined;
  notice.hidden = false;
}

/** @param {Element | null} place @param {string | undefined} text */
function put(place, text) {
  if (place && text !== undefined) place.textContent = text;
}
