/**
 * Deleting, and what takes it back: Undo beside the word about it, the key `z`, and a button in the trash. The last
 * deletion is remembered by this browser, so that it can be undone for as long as the trash holds what was deleted.
 */
import { recall, remember } from "../site/core/stored_values.js";
import { t } from "../site/core/texts.js";
import { onAct, videoOf } from "../site/actions.js";
import { ask } from "../site/confirm_dialog.js";
import { cardOf, cards, closeMenu, freshen, titleOf } from "./cards.js";
import { onKey } from "../site/keys.js";
import { doMany, undoMany } from "./many.js";
import { forgetPages } from "../site/navigation.js";
import { complain, notice, toast } from "../site/toast.js";

/**
 * `title` of the first, or nothing; `bulk` where the server alone knows which those are, and `count` of them.
 * @typedef {{ids: string[], title: string, bulk?: string, count?: number}} Deletion
 */

const MEMORY = "deleted";
/** More than so many at once are deleted only when somebody has said yes to that. */
const MANY = 20;
/** More than so many are a job of the server's. */
const JOB = 200;

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
  if (ids.length > MANY && !(await isSure(ids.length))) return;
  if (ids.length > JOB) return discardBy({ ids });
  const title = titleOf(cardOf(ids[0]));
  const next = placeAfter(ids);
  const nextId = next ? videoOf(next)?.dataset.id : undefined;
  const result = await work(ids, "delete", "library.deleting");
  for (const id of result.done) hide(id, true);
  if (result.done.length > 0) deleted({ ids: result.done, title });
  tellFailure(result);
  if (result.done.length === 0) return;
  // Its card may have been exchanged meanwhile for one that shows more.
  const place = next?.isConnected ? next : cardOf(nextId ?? "")?.querySelector("a");
  (place ?? document.querySelector("h1"))?.focus();
  await freshen();
}

/**
 * Put all that a list finds into the trash.
 * @param {Object<string, string | number | boolean>} query @param {number} count of what it finds
 * @returns {Promise<boolean>} whether somebody was sure
 */
export async function discardAll(query, count) {
  if (!(await isSure(count))) return false;
  await discardBy({ query });
  return true;
}

/** @param {{ids?: string[], query?: Object<string, string | number | boolean>}} which */
async function discardBy(which) {
  const outcome = await doMany({ action: "delete", ...which }, "library.deleting").catch(complain);
  if (!outcome) return;
  if (outcome.count > 0) deleted({ ids: [], title: "", bulk: outcome.id, count: outcome.count });
  tellFailure(outcome);
  await freshen();
}

/** @param {number} count */
function isSure(count) {
  const title = t("library.delete_many", { count });
  return ask({ title, sentence: t("library.delete_many_why"), act: t("library.delete_act", { count }) });
}

/** Say what is in the trash now, and how it comes back. @param {Deletion} deletion */
export function deleted(deletion) {
  const { title } = deletion;
  const count = countOf(deletion);
  remember(MEMORY, JSON.stringify(deletion));
  forgetPages();
  toast(count === 1 && title ? t("library.deleted", { title }) : t("library.deleted_many", { count }), {
    label: t("library.undo"),
    act: () => undo(deletion),
  });
}

/** @param {Deletion} deletion */
async function undo({ ids, title, bulk }) {
  remember(MEMORY, null);
  if (bulk) {
    const outcome = await undoMany(bulk).catch(complain);
    if (!outcome) return;
    forgetPages();
    if (outcome.count > 0) toast(t("library.restored_many", { count: outcome.count }));
    tellFailure(outcome);
    return freshen();
  }
  await bringBack(ids, title);
  cardOf(ids[0])?.querySelector("a")?.focus();
}

/**
 * Take videos out of the trash, wherever they are shown now.
 * @param {string[]} ids @param {string} title of the first
 */
export async function bringBack(ids, title) {
  const result = await work(ids, "restore", "library.restoring");
  const back = result.done;
  const isTrash = document.querySelector(".trash") !== null;
  const next = isTrash ? neighbour(back) : undefined;
  for (const id of back) isTrash ? cardOf(id)?.remove() : hide(id, false);
  forgetPages();
  if (back.length > 0)
    toast(back.length === 1 ? t("library.restored", { title }) : t("library.restored_many", { count: back.length }));
  tellFailure(result);
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
    const { ids, title, bulk, count } = JSON.parse(recall(MEMORY) ?? "");
    return Array.isArray(ids) && (ids.length > 0 || bulk) ? { ids, title, bulk, count } : null;
  } catch {
    return null;
  }
}

/** Offer in the trash what was deleted last, when that is more than one. */
function offerLast() {
  const button = document.querySelector("[data-act=undo-last]");
  if (!(button instanceof HTMLElement)) return;
  const last = lastDeletion();
  button.hidden = last === null || countOf(last) < 2;
  const words = button.querySelector("span");
  if (last && words) words.textContent = t("library.restore_last", { count: countOf(last) });
}

/** @param {Deletion} deletion */
function countOf({ ids, count }) {
  return count ?? ids.length;
}

/**
 * Do the same to each video; with many of them, how far that is stays in sight and can be stopped.
 * @param {string[]} ids @param {string} action @param {string} key of how far it is
 */
async function work(ids, action, key) {
  const result = { done: /** @type {string[]} */ ([]), failures: 0, reason: "" };
  let isStopped = false;
  const stop = () => (isStopped = true);
  const progress = ids.length > MANY ? notice({ label: t("library.stop"), act: stop, close: stop }) : null;
  try {
    for (let at = 0; at < ids.length; at += MANY) {
      progress?.say(t(key, { done: at, all: ids.length }));
      const some = ids.slice(at, at + MANY);
      if (isStopped) throw new Error(t("library.stopped"));
      const outcome = await doMany({ action, ids: some }, key);
      result.done.push(...(outcome.done ?? []));
      result.failures += outcome.failures;
      result.reason ||= outcome.reason;
    }
  } catch (error) {
    result.failures = ids.length - result.done.length;
    result.reason ||= error instanceof Error ? error.message : String(error);
  } finally {
    progress?.remove();
  }
  return result;
}

/** @param {{failures: number, reason: string}} result */
function tellFailure({ failures, reason }) {
  if (failures > 0) complain(t("library.failed", { count: failures, reason }));
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
