/**
 * Deleting, and what takes it back: Undo beside the word about it, the key `z`, and a button in the trash. The last
 * deletion is remembered by this browser, so that it can be undone for as long as the trash holds what was deleted.
 */
import { each } from "../site/core/batch.js";
import { recall, remember } from "../site/core/stored_values.js";
import { t } from "../site/core/texts.js";
import { remove, restore } from "./api.js";
import { onAct, videoOf } from "../site/actions.js";
import { ask } from "../site/confirm_dialog.js";
import { cardOf, cards, closeMenu, freshen, titleOf } from "./cards.js";
import { onKey } from "../site/keys.js";
import { forgetPages } from "../site/navigation.js";
import { complain, notice, toast } from "../site/toast.js";

/** @typedef {{ids: string[], title: string}} Deletion `title` of the first, or nothing */

const MEMORY = "deleted";
/** More than so many at once are deleted only when somebody has said yes to that. */
const MANY = 20;

export function mountUndoing() {
  onKey("z", () => {
    const last = lastDeletion();
    if (last === null) return false;
    undo(last);
  });
  onAct("undo-last", () => {
    const last = lastDeletion();
    if (last) undo(last);
  });
  onAct("delete", (item) => {
    const id = videoOf(item)?.dataset.id;
    closeMenu();
    if (id && cardOf(id)) discard([id]);
  });
  onAct("restore", (button) => {
    const card = videoOf(button);
    if (card) bringBack([card.dataset.id ?? ""], titleOf(card));
  });
  document.addEventListener("reelgate:page", offerLast);
  offerLast();
}

/** Put videos of the list into the trash, all to be taken out again by one Undo. @param {string[]} ids */
export async function discard(ids) {
  if (ids.length > MANY) {
    const title = t("library.delete_many", { count: ids.length });
    if (
      !(await ask({
        title,
        sentence: t("library.delete_many_why"),
        act: t("library.delete_act", { count: ids.length }),
      }))
    )
      return;
  }
  const title = titleOf(cardOf(ids[0]));
  const next = placeAfter(ids);
  const results = await work(ids, remove, "library.deleting");
  const gone = ids.filter((_, index) => results[index].status === "fulfilled");
  for (const id of gone) hide(id, true);
  if (gone.length > 0) deleted({ ids: gone, title });
  tellFailure(results);
  if (gone.length === 0) return;
  next?.focus();
  await freshen();
}

/** Say what is in the trash now, and how it comes back. @param {Deletion} deletion */
export function deleted(deletion) {
  const { ids, title } = deletion;
  remember(MEMORY, JSON.stringify(deletion));
  forgetPages();
  toast(ids.length === 1 ? t("library.deleted", { title }) : t("library.deleted_many", { count: ids.length }), {
    label: t("library.undo"),
    act: () => undo(deletion),
  });
}

/** @param {Deletion} deletion */
async function undo({ ids, title }) {
  remember(MEMORY, null);
  await bringBack(ids, title);
  cardOf(ids[0])?.querySelector("a")?.focus();
}

/**
 * Take videos out of the trash, wherever they are shown now.
 * @param {string[]} ids @param {string} title of the first
 */
export async function bringBack(ids, title) {
  const results = await work(ids, restore, "library.restoring");
  const back = ids.filter((_, index) => results[index].status === "fulfilled");
  const isTrash = document.querySelector(".trash") !== null;
  const next = isTrash ? neighbour(back) : undefined;
  for (const id of back) isTrash ? cardOf(id)?.remove() : hide(id, false);
  forgetPages();
  if (back.length > 0)
    toast(back.length === 1 ? t("library.restored", { title }) : t("library.restored_many", { count: back.length }));
  tellFailure(results);
  document.dispatchEvent(new CustomEvent("reelgate:list"));
  if (isTrash) {
    offerLast();
    const focus = next?.querySelector("button") ?? document.querySelector("h1");
    if (focus instanceof HTMLElement) focus.focus();
  }
  await freshen();
}

/** The last deletion that can be undone. @returns {Deletion | null} */
function lastDeletion() {
  try {
    const { ids, title } = JSON.parse(recall(MEMORY) ?? "");
    return Array.isArray(ids) && ids.length > 0 ? { ids, title } : null;
  } catch {
    return null;
  }
}

/** Offer in the trash what was deleted last, when that is more than one. */
function offerLast() {
  const button = document.querySelector("[data-act=undo-last]");
  if (!(button instanceof HTMLElement)) return;
  const last = lastDeletion();
  button.hidden = last === null || last.ids.length < 2;
  const words = button.querySelector("span");
  if (last && words) words.textContent = t("library.restore_last", { count: last.ids.length });
}

/**
 * Do the same for each video; with many of them, how far that is stays in sight and can be stopped.
 * @param {string[]} ids
 * @param {(id: string) => Promise<unknown>} act
 * @param {string} key of how far it is
 */
async function work(ids, act, key) {
  if (ids.length <= MANY) return each(ids, act);
  const stop = new AbortController();
  let done = 0;
  const progress = notice({ label: t("library.stop"), act: () => stop.abort(), close: () => stop.abort() });
  progress.say(t(key, { done, all: ids.length }));
  try {
    return await each(ids, async (id) => {
      if (stop.signal.aborted) throw new Error(t("library.stopped"));
      await act(id);
      done += 1;
      progress.say(t(key, { done, all: ids.length }));
    });
  } finally {
    progress.remove();
  }
}

/** @param {PromiseSettledResult<unknown>[]} results */
function tellFailure(results) {
  const failures = results.filter((result) => result.status === "rejected");
  if (failures.length > 0)
    complain(t("library.failed", { count: failures.length, reason: failures[0].reason.message }));
}

/** Take a card out of sight and out of the selection, or back into sight. @param {string} id @param {boolean} hidden */
export function hide(id, hidden) {
  const card = cardOf(id);
  if (card === null) return;
  card.hidden = hidden;
  const box = card.querySelector("input[type=checkbox]");
  if (box instanceof HTMLInputElement && box.checked) box.click();
}

/** Where the focus goes when these cards go. @param {string[]} ids @returns {HTMLElement | null} */
export function placeAfter(ids) {
  return neighbour(ids)?.querySelector("a") ?? document.querySelector("h1");
}

/** The card that follows, or else comes before, those that go. @param {string[]} ids */
function neighbour(ids) {
  const gone = new Set(ids);
  const all = cards();
  const last = all.findLastIndex((card) => gone.has(card.dataset.id ?? ""));
  const stays = (/** @type {HTMLElement} */ card) => !gone.has(card.dataset.id ?? "");
  return all.slice(last + 1).find(stays) ?? all.slice(0, Math.max(0, last)).findLast(stays);
}
