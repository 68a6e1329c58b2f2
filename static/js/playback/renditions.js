/**
 * Renditions: what the server has made of a film that browsers do not play as it is. While it is being made the page
 * says how far it is, and it plays as soon as its first part is there.
 */
import { find, troubleWith } from "../library/api.js";
import { videoOf } from "../site/actions.js";
import { offerChoices } from "./choices.js";
import { offerSubtitles } from "./subtitles.js";
import { explain } from "./unplayable.js";

const LOOK_EVERY = 1000;

/** Players that play a rendition, or wait for one. @type {WeakSet<HTMLVideoElement>} */
const taken = new WeakSet();

/**
 * Play the film's rendition, or wait for it. False where there is none and none is being made.
 * @param {HTMLVideoElement} video
 */
export function playRendition(video) {
  const { hls, player, playable } = video.dataset;
  if (taken.has(video)) return true;
  if (player === undefined || playable === "no") return false;
  if (hls !== undefined) {
    taken.add(video);
    play(video, hls, player);
    return true;
  }
  if (playable !== "pending") return false;
  taken.add(video);
  wait(video, player);
  return true;
}

/**
 * Where a film is played as it is before anybody has looked into it, play its rendition once it has one, from where it
 * is by then: a browser that opens a film may still not know its sound, or only one of its sounds.
 * @param {HTMLVideoElement} video
 */
export async function preferRendition(video) {
  const { player, playable } = video.dataset;
  if (player === undefined || playable !== "pending") return;
  while (video.isConnected && !taken.has(video)) {
    const film = await find(videoOf(video)?.dataset.id ?? "").catch(() => null);
    if (!video.isConnected || taken.has(video)) return;
    if (film?.playable === "hls" && film.hls) {
      taken.add(video);
      offerSubtitles(video, film);
      return play(video, film.hls, player, { at: video.currentTime, goesOn: !video.paused });
    }
    if (film !== null && film.playable !== "pending") return offerSubtitles(video, film);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
}

/** Whether it plays a rendition or waits for one. @param {HTMLVideoElement} video */
export const hasRendition = (video) => taken.has(video);

/** @param {HTMLVideoElement} video @param {string} player the address of its script */
async function wait(video, player) {
  // What cannot be read is not a matter of its format.
  if (video.error !== null && (await troubleWith(videoOf(video)?.dataset.id ?? "")) !== null) {
    taken.delete(video);
    return explain(video);
  }
  // What could not be played is not tried again.
  video.removeAttribute("src");
  video.load();
  while (video.isConnected) {
    const film = await find(videoOf(video)?.dataset.id ?? "").catch(() => null);
    if (!video.isConnected) return;
    if (film?.hls) {
      showProgress(video, null);
      offerSubtitles(video, film);
      return play(video, film.hls, player);
    }
    if (film !== null && film.playable !== "pending") {
      showProgress(video, null);
      Object.assign(video.dataset, { playable: film.playable, reason: film.playable_reason ?? "" });
      return explain(video);
    }
    if (film !== null) showProgress(video, film);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
  }
}

/** @param {HTMLVideoElement} video @param {import("../library/api.js").Video | null} film null when it is over */
function showProgress(video, film) {
  const notice = videoOf(video)?.querySelector(".making");
  if (!(notice instanceof HTMLElement)) return;
  notice.hidden = film === null;
  const work = film?.processing.hls;
  const bar = notice.querySelector("progress");
  if (work?.state === "running") bar?.setAttribute("value", String(work.progress));
  else bar?.removeAttribute("value");
}

/**
 * @param {HTMLVideoElement} video @param {string} address @param {string} player
 * @param {{at?: number, goesOn?: boolean}} how where it begins, and whether it plays at once
 */
async function play(video, address, player, { at = 0, goesOn = false } = {}) {
  const { default: Hls } = await import(player).catch(() => ({ default: null }));
  if (!video.isConnected) return;
  if (Hls === null || !Hls.isSupported()) {
    // Some browsers play it by themselves, and have nothing that a script could feed.
    video.src = address;
    return;
  }
  // The policy of our pages lets no script run that is made on the spot; a film that grows begins at its beginning.
  const hls = new Hls({
    enableWorker: false,
    startPosition: at,
    liveDurationInfinity: false,
    // Subtitles are tracks of the page, whichever way the film is played.
    subtitleTrackController: undefined,
    subtitleStreamController: undefined,
  });
  hls.on(Hls.Events.ERROR, (/** @type {string} */ _, /** @type {{fatal: boolean, type: string}} */ error) => {
    if (!error.fatal) return;
    hls.destroy();
    explain(video);
  });
  offerChoices(video, hls, Hls.Events);
  hls.loadSource(address);
  hls.attachMedia(video);
  if (goesOn) video.play().catch(() => undefined); // What keeps it from playing is told as an error.
  const end = () => {
    if (video.isConnected) return;
    document.removeEventListener("reelgate:page", end);
    hls.destroy();
  };
  document.addEventListener("reelgate:page", end);
}
