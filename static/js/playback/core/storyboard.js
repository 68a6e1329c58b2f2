/** A storyboard: small pictures of a film, many on a sheet, named by a WebVTT file. */
import { cuesOf } from "./caption_files.js";

/** @typedef {{start: number, sheet: string, x: number, y: number, width: number, height: number}} Tile */

const PLACE = /^(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)$/;

/**
 * The pictures in the order of the film.
 * @param {string} file its whole text @param {string} address of the file, to which it names its sheets
 * @returns {Tile[]}
 */
export function tilesOf(file, address) {
  return cuesOf(file).flatMap(({ start, text }) => {
    const [, sheet = "", ...numbers] = PLACE.exec(text) ?? [];
    const [x = 0, y = 0, width = 0, height = 0] = numbers.map(Number);
    return sheet === "" ? [] : [{ start, sheet: new URL(sheet, address).href, x, y, width, height }];
  });
}

/** The picture of a second: the last that begins no later. @param {Tile[]} tiles @param {number} second */
export function tileAt(tiles, second) {
  return tiles.findLast(({ start }) => start <= second) ?? tiles[0];
}
