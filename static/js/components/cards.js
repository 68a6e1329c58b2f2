/** What can be done with each video of a list: its menu, delete with Undo, restore, and the list brought up to date. */
import { each } from "../core/batch.js";
import { libraryTexts as texts } from "../core/texts.js";
import { address, remove, restore } from "../transport/api.js";
import { fetchPage } from "../transport/pages.js";
import { onAct, videoOf } from "./acts.js";
import { copy } from "./copying.js";
import { forgetPages, refine } from "./navigation.js";
import { complain, toast } from "./toast.js";

export function mountCards() {
  onAct("card-menu", openMenu);
  onAct("copy-link", (item) => {
    const card = cardOf(videoOf(item)?.dataset.id ?? "");
    closeMenu();
    if (card) copy(linkOf(card).href, texts.linkCopied);
  });
  onAct("delete", (item) => {
    const id = videoOf(item)?.dataset.id;
    closeMenu();
    if (id && cardOf(id)) discard([id]);
  });
  onAct("restore", (button) => {
    const card = videoOf(button);
    if (card) bringBack(card);
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
  return [...document.querySelectorAll(".library .grid > .card:not([hidden], .skeleton)")].filter((card) => card instanceof HTMLElement);
}

/** @param {Element} card */
export function titleOf(card) {
  return card.querySelector("h2")?.textContent ?? "";
}

/** Put videos of the list into the trash, all to be taken out again by one Undo. @param {string[]} ids */
export async function discard(ids) {
  const title = titleOf(cardOf(ids[0]) ?? document.body);
  const next = neighbour(ids);
  const results = await each(ids, remove);
  const gone = ids.filter((_, index) => results[index].status === "fulfilled");
  for (const id of gone) hide(id, true);
  if (gone.length > 0) forgetPages();
  const failure = results.find((result) => result.status === "rejected");
  if (failure?.status === "rejected") complain(texts.failed(ids.length - gone.length, failure.reason.message));
  if (gone.length === 0) return;
  const sentence = gone.length === 1 ? texts.deleted(title) : texts.deletedMany(gone.length);
  if (failure === undefined) toast(sentence, { label: texts.undo, act: () => undo(gone) });
  (next?.querySelector("a") ?? document.querySelector("h1"))?.focus();
  await freshen();
}

/** @param {string[]} ids */
async function undo(ids) {
  const results = await each(ids, restore);
  for (const [index, id] of ids.entries()) if (results[index].status === "fulfilled") hide(id, false);
  forgetPages();
  const failure = results.find((result) => result.status === "rejected");
  if (failure?.status === "rejected") complain(failure.reason);
  else toast(ids.length === 1 ? texts.restored(titleOf(cardOf(ids[0]) ?? document.body)) : texts.restoredMany(ids.length));
  await freshen();
  cardOf(ids[0])?.querySelector("a")?.focus();
}

/** Bring the list and its count up to date, without moving what is there. */
export async function freshen() {
  const list = document.getElementById("library");
  if (list === null) return forgetPages();
  const here = location.pathname + location.search;
  const page = await fetchPage(here).catch(() => null);
  const other = page?.document.getElementById("library");
  if (!other || !list.isConnected) return;
  const grid = list.querySelector(".grid");
  if (grid === null || cards().length === 0 || other.querySelector(".grid") === null) return refine(here);
  const count = other.querySelector(".count");
  if (count) list.querySelector(".count")?.replaceWith(document.adoptNode(count));
  /** @type {Element | null} */
  let before = null;
  for (const card of [...other.querySelectorAll(".grid > .card")]) {
    const known = cardOf(card.getAttribute("data-id") ?? "");
    if (known === null && before === null) grid.prepend(document.adoptNode(card));
    else if (known === null) before?.after(document.adoptNode(card));
    before = known ?? card;
  }
  forgetPages();
  document.dispatchEvent(new CustomEvent("reelgate:list"));
}

/** @param {HTMLElement} card in the trash */
async function bringBack(card) {
  try {
    await restore(card.dataset.id ?? "");
    const next = card.nextElementSibling ?? card.previousElementSibling;
    card.remove();
    forgetPages();
    toast(texts.restored(titleOf(card)));
    const focus = next?.querySelector("button") ?? document.querySelector("h1");
    if (focus instanceof HTMLElement) focus.focus();
  } catch (error) {
    complain(error);
  }
}

/** @param {string} id @param {boolean} hidden */
function hide(id, hidden) {
  const card = cardOf(id);
  if (card === null) return;
  card.hidden = hidden;
  const box = card.querySelector("input[type=checkbox]");
  if (box instanceof HTMLInputElement && box.checked) box.click();
}

/** The card that follows, or else comes before, those that go. @param {string[]} ids */
function neighbour(ids) {
  const all = cards();
  const last = all.findLastIndex((card) => ids.includes(card.dataset.id ?? ""));
  const stays = (/** @type {HTMLElement} */ card) => !ids.includes(card.dataset.id ?? "");
  return all.slice(last + 1).find(stays) ?? all.slice(0, last).findLast(stays);
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
  // @ts-expect-error: the element that the menu stands by is newer than the types.
  menu.showPopover({ source: button });
  menu.querySelector("a")?.focus();
}

function closeMenu() {
  const menu = document.getElementById("card-menu");
  if (menu?.matches(":popover-open")) menu.hidePopover();
}

/** @param {KeyboardEvent} event */
function moveInMenu(event) {
  const items = [...document.querySelectorAll("#card-menu [role=menuitem]")];
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
