/** Words over the picture, for a moment: what a key or a button has done. */

const SHOWN_FOR = 900;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let saying;

/** Show a word over the picture for a moment; it is read out too. @param {string} words */
export function say(words) {
  const place = document.querySelector(".said");
  if (!(place instanceof HTMLElement)) return;
  place.textContent = words;
  place.hidden = false;
  clearTimeout(saying);
  saying = setTimeout(() => {
    place.hidden = true;
  }, SHOWN_FOR);
}
