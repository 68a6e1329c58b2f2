/** Icons from the sprite, for what scripts make. */

const SVG = "http://www.w3.org/2000/svg";
// This module lies in static/<build>/js/site.
const SPRITE = new URL("../../icons.svg", import.meta.url).pathname;

/** @param {string} name */
export function icon(name) {
  const glyph = document.createElementNS(SVG, "svg");
  glyph.setAttribute("class", "glyph");
  glyph.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${SPRITE}#${name}`);
  glyph.append(use);
  return glyph;
}

/** @param {string} name @param {string} label @param {() => void} act */
export function iconButton(name, label, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button icon plain";
  button.setAttribute("aria-label", label);
  button.append(icon(name));
  button.addEventListener("click", act);
  return button;
}

/** Show another icon on a button that has one. @param {Element} button @param {string} name */
export function changeIcon(button, name) {
  button.querySelector("use")?.setAttribute("href", `${SPRITE}#${name}`);
}
