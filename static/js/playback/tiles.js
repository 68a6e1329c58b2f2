/** The pictures of a film's storyboard. */
import { tilesOf } from "./core/storyboard.js";

/** @typedef {import("./core/storyboard.js").Tile} Tile */

/** @param {HTMLVideoElement} video @returns {Promise<Tile[]>} none where there is no storyboard, or it cannot be had */
export async function tilesFor(video) {
  const { storyboard } = video.dataset;
  if (storyboard === undefined) return [];
  const answer = await fetch(storyboard).catch(() => null);
  return answer?.ok ? tilesOf(await answer.text().catch(() => ""), answer.url) : [];
}

/** @param {HTMLElement} picture @param {Tile | undefined} tile it is hidden where there is none */
export function showTile(picture, tile) {
  picture.hidden = tile === undefined;
  if (tile === undefined) return;
  Object.assign(picture.style, {
    width: `${tile.width}px`,
    height: `${tile.height}px`,
    backgroundImage: `url("${tile.sheet}")`,
    backgroundPosition: `-${tile.x}px -${tile.y}px`,
  });
}
