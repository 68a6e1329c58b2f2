/** The lines of a transcript as a list: one of them is where the film is, and each leads to its place in the film. */
import { clock } from "./core/times.js";
import { lineAt, partsOf } from "./core/transcript.js";
import { seekTo } from "./moves.js";

/** @typedef {import("./core/transcript.js").Line} Line */
/**
 * @typedef {{lines: () => Line[], show: (lines: Line[], language: string) => void,
 *   mark: (words: string, places: number[]) => void, bring: (index: number) => void}} List
 */

/** How far the list may stand from where it was put before somebody else has moved it. */
const NEAR = 2;

/** @param {HTMLElement} place @param {HTMLVideoElement} video @returns {List} */
export function mountList(place, video) {
  const list = /** @type {HTMLElement} */ (place.querySelector(".lines"));
  const follow = /** @type {HTMLElement} */ (place.querySelector(".follow"));
  /** @type {Line[]} */
  let lines = [];
  let current = -1;
  let follows = true;
  let putAt = 0;
  /** @type {number[]} */
  let marked = [];
  const bring = (/** @type {number} */ index) => {
    const item = list.children[index];
    if (!(item instanceof HTMLElement)) return;
    list.scrollTop = item.offsetTop - (list.clientHeight - item.offsetHeight) / 2;
    putAt = list.scrollTop;
  };
  const setFollowing = (/** @type {boolean} */ wanted) => {
    follows = wanted;
    follow.hidden = wanted;
    if (wanted) bring(current);
  };
  const move = () => {
    const now = lineAt(lines, video.currentTime);
    if (now === current) return;
    markCurrent(list, current, now);
    current = now;
    if (follows) bring(Math.max(0, now));
  };
  for (const name of ["timeupdate", "seeking"]) video.addEventListener(name, move);
  list.addEventListener("scroll", () => {
    if (follows && Math.abs(list.scrollTop - putAt) > NEAR) setFollowing(false);
  });
  follow.addEventListener("click", () => setFollowing(true));
  list.addEventListener("click", ({ target }) => {
    const index = indexOf(list, target);
    if (index < 0) return;
    seekTo(video, lines[index]?.start ?? 0);
    setFollowing(true);
  });
  list.addEventListener("keydown", (event) => moveFocus(list, event));
  const show = (/** @type {Line[]} */ found, /** @type {string} */ language) => {
    lines = found;
    current = -1;
    marked = [];
    list.lang = language;
    list.replaceChildren(...lines.map(itemOf));
    list.scrollTop = putAt = 0;
    const first = list.querySelector("button");
    if (first) first.tabIndex = 0;
    move();
  };
  return {
    lines: () => lines,
    show,
    mark: (words, places) => {
      for (const index of marked) putAgain(list, lines, { index, wanted: "" });
      for (const index of places) putAgain(list, lines, { index, wanted: words });
      marked = places;
    },
    bring: (index) => {
      setFollowing(false);
      bring(index);
    },
  };
}

/** @param {Line} line */
function itemOf(line) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  const [time, words] = [document.createElement("span"), document.createElement("span")];
  button.type = "button";
  // One stop for the keyboard, however long the film is: arrows lead on from there.
  button.tabIndex = -1;
  time.className = "at";
  time.textContent = clock(line.start);
  words.className = "words";
  words.dir = "auto";
  putWords(words, line, "");
  button.append(time, words);
  item.append(button);
  return item;
}

/** @param {Element} words @param {Line} line @param {string} wanted */
function putWords(words, { speaker, text }, wanted) {
  const parts = partsOf(text, wanted).map(({ text: part, isFound }) => {
    if (!isFound) return part;
    const mark = document.createElement("mark");
    mark.textContent = part;
    return mark;
  });
  const name = document.createElement("b");
  name.textContent = `${speaker}: `;
  words.replaceChildren(...(speaker ? [name] : []), ...parts);
}

/** @param {Element} list @param {Line[]} lines @param {{index: number, wanted: string}} about */
function putAgain(list, lines, { index, wanted }) {
  const [words, line] = [list.children[index]?.querySelector(".words"), lines[index]];
  if (words && line) putWords(words, line, wanted);
}

/** @param {Element} list @param {number} before @param {number} now */
function markCurrent(list, before, now) {
  list.children[before]?.querySelector("button")?.removeAttribute("aria-current");
  const button = list.children[now]?.querySelector("button");
  button?.setAttribute("aria-current", "true");
  if (button && !list.contains(document.activeElement)) makeStop(list, button);
}

/** Let the keyboard come to one line. @param {Element} list @param {HTMLElement} button */
function makeStop(list, button) {
  for (const each of list.querySelectorAll("button[tabindex='0']")) each.setAttribute("tabindex", "-1");
  button.tabIndex = 0;
}

/** @param {Element} list @param {KeyboardEvent} event */
function moveFocus(list, event) {
  const at = indexOf(list, event.target);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: list.children.length - 1 }[event.key];
  const button = to === undefined ? null : list.children[to]?.querySelector("button");
  if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  if (!button) return;
  makeStop(list, button);
  button.focus();
}

/** @param {Element} list @param {EventTarget | null} target */
function indexOf(list, target) {
  const item = target instanceof Element ? target.closest("li") : null;
  return item ? [...list.children].indexOf(item) : -1;
}
