/** The cards of a list: their menu, and the list brought up to date. */
import { t } from "../site/core/texts.js";
import { address } from "./api.js";
import { fetchPage } from "../site/page_fetch.js";
import { onAct, videoOf } from "../site/actions.js";
import { copy } from "../site/clipboard.js";
import { agePages, isGoing, refine } from "../site/navigation.js";

export function mountCards() {
  onAct("card-menu", openMenu);
  onAct("copy-link", (item) => {
    const card = cardOf(videoOf(item)?.dataset.id ?? "");
    closeMenu();
    if (card) copy(linkOf(card).href, t("site.link_copied"));
  });
  document.addEventListener("reelgate:stored", () => freshen());
  document.getElementById("card-menu")?.addEventListener("keydown", moveInMenu);
}

/** The card of a video in the list that is shown. @param {string} id @returns {HTMLElement | null} */
export function cardOf(id) {
  return document.querySelector(`.grid > .card[data-id="${CSS.escape(id)}"]`);
}

/** The cards that are shown, in their order. @returns {HTMLElement[]} */
export function cards() {
  return [...document.querySelectorAll("main .grid > .card:not([hidden], .skeleton)")].filter(
    (card) => card instanceof HTMLElement,
  );
}

/** @param {Element | null} card */
export function titleOf(card) {
  return card?.querySelector("h2")?.textContent ?? "";
}

/** Bring the list and its count up to date, without moving what is there. */
export async function freshen() {
  const list = document.getElementById("library");
  if (list === null) return agePages();
  const here = location.pathname + location.search;
  const page = await fetchPage(here).catch(() => null);
  const other = page?.document.getElementById("library");
  if (!other || !list.isConnected) return;
  const grid = list.querySelector(".grid");
  if (grid === null || cards().length === 0 || other.querySelector(".grid") === null) {
    // Who has meanwhile gone on wants this list no more.
    return isGoing() ? agePages() : refine(here);
  }
  const count = other.querySelector(".count");
  if (count) list.querySelector(".count")?.replaceWith(document.adoptNode(count));
  /** @type {Element | null} */
  let before = null;
  for (const card of [...other.querySelectorAll(".grid > .card")]) {
    const known = cardOf(card.getAttribute("data-id") ?? "");
    if (known === null && before === null) grid.prepend(document.adoptNode(card));
    else if (known === null) before?.after(document.adoptNode(card));
    else if (isNews(known, card)) known.replaceWith(document.adoptNode(card));
    before = known?.isConnected ? known : card;
  }
  agePages();
  document.dispatchEvent(new CustomEvent("reelgate:list"));
}

/** Whether the server knows more of the film now. @param {HTMLElement} known @param {Element} card */
function isNews(known, card) {
  const isPicked = known.querySelector(":checked, :focus") !== null;
  return !isPicked && known.dataset.made !== (card.getAttribute("data-made") ?? undefined);
}

/** @param {HTMLElement} button */
function openMenu(button) {
  const [menu, card] = [document.getElementById("card-menu"), videoOf(button)];
  if (menu === null || card === null) return;
  menu.dataset.id = card.dataset.id;
  for (const item of menu.querySelectorAll("a")) {
    const isOpen = item.dataset.item === "open";
    item.href = isOpen ? linkOf(card).href : `${address(card.dataset.id ?? "")}/content?download`;
  }
  // Whoever may not change a film cannot select it either.
  const remover = menu.querySelector("[data-act=delete]");
  if (remover instanceof HTMLElement) remover.hidden = card.querySelector(".pick") === null;
  // @ts-expect-error: the element that the menu stands by is newer than the types.
  menu.showPopover({ source: button });
  menu.querySelector("a")?.focus();
  const giveBack = (/** @type {Event} */ event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== "closed") return;
    menu.removeEventListener("toggle", giveBack);
    // Its card was exchanged for one that shows more: the browser finds nobody to give the focus back to.
    const hasFocus = document.activeElement === document.body || menu.contains(document.activeElement);
    if (!button.isConnected && hasFocus) {
      /** @type {HTMLElement | null} */ (cardOf(card.dataset.id ?? "")?.querySelector("[data-act=card-menu]"))?.focus();
    }
  };
  menu.addEventListener("toggle", giveBack);
}

export function closeMenu() {
  const menu = document.getElementById("card-menu");
  if (menu?.matches(":popover-open")) menu.hidePopover();
}

/** @param {KeyboardEvent} event */
function moveInMenu(event) {
  const items = [...document.querySelectorAll("#card-menu [role=menuitem]:not([hidden])")];
  const at = items.findIndex((item) => item === document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  /** @type {HTMLElement} */ (items.at(to % items.length)).focus();
}

/** @param {Element} card */
function linkOf(card) {
  return /** @type {HTMLAnchorElement} */ (card.querySelector("h2 a"));
}
