/** Menus of actions that a button opens (`popovertarget`): their keys, and that they close once something is chosen. */

export function mountMenus() {
  // What opens and closes is told to the menu alone.
  document.addEventListener("toggle", (event) => begin(event), { capture: true });
  document.addEventListener("keydown", (event) => {
    const menu = menuOf(event.target);
    if (menu) move(menu, event);
  });
  document.addEventListener("click", (event) => {
    const menu = menuOf(event.target);
    if (menu && event.target instanceof Element && event.target.closest("[role=menuitem]")) menu.hidePopover();
  });
}

/** @param {EventTarget | null} target @returns {HTMLElement | null} */
function menuOf(target) {
  return target instanceof Element ? target.closest("main [popover][role=menu]") : null;
}

/** @param {Event} event */
function begin(event) {
  const menu = menuOf(event.target);
  if (menu && /** @type {ToggleEvent} */ (event).newState === "open") itemsOf(menu)[0]?.focus();
}

/** @param {HTMLElement} menu @param {KeyboardEvent} event */
function move(menu, event) {
  const items = itemsOf(menu);
  const at = items.findIndex((item) => item === document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (to === undefined || items.length === 0) return;
  event.preventDefault();
  items.at(to % items.length)?.focus();
}

/** @param {HTMLElement} menu @returns {HTMLElement[]} */
function itemsOf(menu) {
  const items = [...menu.querySelectorAll("[role=menuitem]")].filter((item) => item instanceof HTMLElement);
  return items.filter((item) => item.checkVisibility());
}
