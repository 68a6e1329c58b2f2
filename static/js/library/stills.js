/**
 * Pictures on cards. The server has one of every film that was looked into; of others the browser takes a still and the
 * length from the video itself, once, and keeps them in its cache. Where that is not possible the coloured card stays.
 */
import { clock } from "../playback/core/times.js";
import { recall } from "../site/core/stored_values.js";
import { address } from "./api.js";
import { recallStill, rememberStill } from "./still_cache.js";
import { videoOf } from "../site/actions.js";

/** @typedef {import("./still_cache.js").Still} Still */

const AT_ONCE = 2;
const PATIENCE = 10_000;
const WIDTH = 480;
const HEIGHT = 270;
/** A film often begins with black: the still is from a little later, where the first bytes still reach. */
const INTO = 0.1;
const MOST_INTO = 3;

/** Cards in sight whose stills are missing. @type {Set<Element>} */
const wanted = new Set();
/** Those that were tried: a page that was kept is a copy, whose cards have not been. @type {WeakSet<Element>} */
const tried = new WeakSet();
let taking = 0;

const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) wanted.add(target);
    else wanted.delete(target);
  }
  takeNext();
});

export function mountStills() {
  // Where every byte costs, colours have to do. (Not every browser says.)
  if (/** @type {any} */ (navigator).connection?.saveData) return;
  for (const name of ["reelgate:page", "reelgate:list"]) document.addEventListener(name, look);
  look();
}

function look() {
  for (const card of document.querySelectorAll(".card[data-still][data-seconds]")) {
    const still = card.querySelector(".still");
    if (still && card instanceof HTMLElement) showSeen(card, still, Number(card.dataset.seconds));
  }
  for (const still of document.querySelectorAll("[data-stills] .card:not([data-still], .skeleton) .still")) {
    if (!tried.has(still)) observer.observe(still);
  }
}

async function takeNext() {
  const [still] = wanted;
  if (still === undefined || taking >= AT_ONCE) return;
  wanted.delete(still);
  observer.unobserve(still);
  const card = videoOf(still);
  if (card === null || !card.isConnected || tried.has(still)) return takeNext();
  tried.add(still);
  taking += 1;
  takeNext();
  try {
    const id = card.dataset.id ?? "";
    const found = (await recallStill(id)) ?? (await take(id));
    if (found) show(card, still, found);
    card.dataset.still = found ? "shown" : "none";
  } finally {
    taking -= 1;
    takeNext();
  }
}

/** @param {HTMLElement} card @param {Element} place @param {Still} still */
function show(card, place, { image, seconds }) {
  if (image !== null) {
    const picture = document.createElement("img");
    picture.alt = "";
    picture.src = URL.createObjectURL(image);
    place.append(picture);
  }
  showSeen(card, place, seconds);
  if (seconds > 0 && card.querySelector(".length") === null) {
    const length = document.createElement("span");
    length.className = "length";
    length.textContent = clock(seconds);
    place.after(length);
  }
}

/** How much of it this person has seen. @param {HTMLElement} card @param {Element} place @param {number} seconds */
function showSeen(card, place, seconds) {
  const at = Number(recall(`at.${card.dataset.id}`) ?? 0);
  if (!(seconds > 0 && at > 0) || place.querySelector(".seen")) return;
  const seen = document.createElement("span");
  seen.className = "seen";
  seen.style.inlineSize = `${Math.min(100, (100 * at) / seconds)}%`;
  place.append(seen);
}

/** @param {string} id @returns {Promise<Still | null>} null when it may work another time */
async function take(id) {
  const still = await stillFrom(`${address(id)}/content`);
  if (still !== null) await rememberStill(id, still);
  return still;
}

/**
 * A picture of the film at an address, and its length.
 * @param {string} source @returns {Promise<Still | null>} null when this browser cannot play it now
 */
export async function stillFrom(source) {
  const video = document.createElement("video");
  video.muted = true;
  video.preload = "metadata";
  video.src = source;
  try {
    await happens(video, "loadedmetadata");
    const seconds = Number.isFinite(video.duration) ? video.duration : 0;
    // Of some formats browsers know only the sound.
    if (video.videoWidth === 0) return { image: null, seconds };
    video.currentTime = Math.min(seconds * INTO, MOST_INTO);
    await happens(video, "seeked");
    return { image: await drawn(video), seconds };
  } catch {
    return null;
  } finally {
    // Ends the download.
    video.removeAttribute("src");
    video.load();
  }
}

/** @param {HTMLVideoElement} video @param {string} name @returns {Promise<void>} */
function happens(video, name) {
  return new Promise((resolve, reject) => {
    video.addEventListener(name, () => resolve(), { once: true });
    video.addEventListener("error", () => reject(video.error), { once: true });
    setTimeout(reject, PATIENCE);
  });
}

/** @param {HTMLVideoElement} video @returns {Promise<Blob | null>} */
function drawn(video) {
  const canvas = document.createElement("canvas");
  const scale = Math.max(WIDTH / video.videoWidth, HEIGHT / video.videoHeight);
  [canvas.width, canvas.height] = [WIDTH, HEIGHT];
  const [width, height] = [video.videoWidth * scale, video.videoHeight * scale];
  canvas.getContext("2d")?.drawImage(video, (WIDTH - width) / 2, (HEIGHT - height) / 2, width, height);
  return new Promise((resolve) => {
    canvas.toBlob(resolve, "image/webp", 0.75);
  });
}
