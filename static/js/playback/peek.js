/** What is to be seen where the pointer is on the slider: a picture of the storyboard, and the time. */
import { clock } from "./core/times.js";
import { tileAt } from "./core/storyboard.js";
import { showTile, tilesFor } from "./tiles.js";

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
    const picture = peek.querySelector(".peek-picture");
    if (picture instanceof HTMLElement) showTile(picture, tileAt(tiles, share * video.duration));
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
