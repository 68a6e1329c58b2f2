/** What is to be seen where the pointer is on the slider: a picture of the storyboard, and the time. */
import { clock } from "./core/times.js";
import { tileAt, tilesOf } from "./core/storyboard.js";

/** @typedef {import("./core/storyboard.js").Tile} Tile */
/** @typedef {{bar: HTMLElement, video: HTMLVideoElement, slider: HTMLInputElement}} Parts */

/** @param {Parts} parts */
export function mountPeek({ bar, video, slider }) {
  const [peek, time] = [bar.querySelector(".peek"), bar.querySelector(".peek span")];
  if (!(peek instanceof HTMLElement) || time === null) return;
  /** @type {Tile[]} */
  let tiles = [];
  let asked = false;
  slider.addEventListener("pointermove", async (event) => {
    if (event.pointerType === "touch" && event.buttons === 0) return;
    const { left, width } = slider.getBoundingClientRect();
    const share = Math.max(0, Math.min(1, (event.clientX - left) / width));
    if (!(video.duration > 0)) return;
    peek.hidden = false;
    peek.style.setProperty("--at", `${share * 100}%`);
    time.textContent = clock(share * video.duration);
    showTile(peek, tileAt(tiles, share * video.duration));
    if (asked) return;
    asked = true;
    tiles = await tilesFor(video);
  });
  for (const name of ["pointerleave", "pointerup", "blur"]) {
    slider.addEventListener(name, () => {
      peek.hidden = true;
    });
  }
}

/** @param {HTMLVideoElement} video @returns {Promise<Tile[]>} none where there is no storyboard, or it cannot be had */
async function tilesFor(video) {
  const { storyboard } = video.dataset;
  if (storyboard === undefined) return [];
  const answer = await fetch(storyboard).catch(() => null);
  return answer?.ok ? tilesOf(await answer.text().catch(() => ""), answer.url) : [];
}

/** @param {HTMLElement} peek @param {Tile | undefined} tile */
function showTile(peek, tile) {
  const picture = peek.querySelector(".peek-picture");
  if (!(picture instanceof HTMLElement)) return;
  picture.hidden = tile === undefined;
  if (tile === undefined) return;
  Object.assign(picture.style, {
    width: `${tile.width}px`,
    height: `${tile.height}px`,
    backgroundImage: `url("${tile.sheet}")`,
    backgroundPosition: `-${tile.x}px -${tile.y}px`,
  });
}
