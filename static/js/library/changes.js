/** Cards follow what happens elsewhere: those of new videos appear, others are shown anew or go. */
import { t } from "../site/core/texts.js";
import { agePages } from "../site/navigation.js";
import { fetchPage } from "../site/page_fetch.js";
import { announce } from "../site/toast.js";
import { onChange } from "../updates/changes.js";
import { cardOf, cards, freshen } from "./cards.js";
import { hide, placeAfter } from "./undo_delete.js";

const COME = new Set(["video.uploaded", "video.adopted", "video.restored"]);
const OUT_OF_TRASH = new Set(["video.restored", "video.purged"]);
/** Many may change at once, and many pages hear of it at once. */
const [PAUSE_MS, SPREAD_MS] = [300, 700];
const MOST_AT_ONCE = 50;

/** Videos whose cards are to be shown anew. @type {Set<string>} */
const stale = new Set();
let isGrown = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

export function mountLibraryChanges() {
  document.addEventListener("reelgate:old", askForAll);
  onChange("video", (id, change) => {
    agePages();
    if (id === null || change === null) return askForAll();
    if (document.querySelector(".trash")) {
      if (OUT_OF_TRASH.has(change.type)) cardOf(id)?.remove();
      return;
    }
    if (COME.has(change.type)) comeBack(id);
    // That one has gone is old news where it was brought back since: the server knows.
    else if (cardOf(id)) stale.add(id);
    followSoon();
  });
}

function askForAll() {
  for (const card of cards()) stale.add(card.dataset.id ?? "");
  isGrown = true;
  followSoon();
}

function followSoon() {
  timer ??= setTimeout(followUp, PAUSE_MS + Math.random() * SPREAD_MS);
}

/** @param {string} id */
function takeAway(id) {
  const card = cardOf(id);
  // One that was deleted here is hidden already.
  if (card === null || card.hidden) return;
  const next = card.contains(document.activeElement) ? placeAfter([id]) : null;
  hide(id, true);
  next?.focus({ preventScroll: true });
  tell();
}

/** @param {string} id */
function comeBack(id) {
  const card = cardOf(id);
  if (card?.hidden) hide(id, false);
  isGrown ||= card === null;
}

async function followUp() {
  timer = undefined;
  const ids = [...stale].slice(0, MOST_AT_ONCE);
  const grown = isGrown;
  isGrown = false;
  for (const id of ids) stale.delete(id);
  if (grown && document.getElementById("library")) await freshen();
  if (ids.length > 0) await showAnew(ids);
  if (stale.size > 0 || isGrown) timer ??= setTimeout(followUp, PAUSE_MS);
}

/** @param {string[]} ids */
async function showAnew(ids) {
  const query = ids.map((id) => `id=${encodeURIComponent(id)}`).join("&");
  const page = await fetchPage(`/cards?${query}`).catch(() => null);
  // What the library lists no more may be just what is shown by now, the trash.
  if (page === null || document.querySelector(".trash")) return;
  const news = new Map(
    [...page.document.querySelectorAll(".card")].map((card) => [card.getAttribute("data-id"), card]),
  );
  let isDifferent = false;
  for (const id of ids) {
    const card = cardOf(id);
    const fresh = news.get(id);
    if (card === null) continue;
    if (fresh === undefined) takeAway(id);
    else isDifferent = exchange(card, /** @type {HTMLElement} */ (document.adoptNode(fresh))) || isDifferent;
  }
  if (!isDifferent) return;
  tell();
}

/**
 * Show a card as it is now; whoever is on it stays there. Returns whether it is another.
 * @param {HTMLElement} card @param {HTMLElement} fresh
 */
function exchange(card, fresh) {
  if (shownBy(card) === shownBy(fresh)) return false;
  const box = card.querySelector(".pick input");
  const freshBox = fresh.querySelector(".pick input");
  if (box instanceof HTMLInputElement && freshBox instanceof HTMLInputElement) freshBox.checked = box.checked;
  const focused = card.contains(document.activeElement) ? document.activeElement : null;
  const which = focused && ["h2 a", ".pick input", "[data-act=card-menu]"].find((each) => focused.matches(each));
  fresh.className = card.className;
  fresh.hidden = card.hidden;
  card.replaceWith(fresh);
  if (which) /** @type {HTMLElement | null} */ (fresh.querySelector(which))?.focus({ preventScroll: true });
  return true;
}

/** What a card says; what scripts have put on it does not count. @param {HTMLElement} card */
function shownBy(card) {
  return [...card.querySelectorAll("h2, .facts-line > :not(time), img, progress, [aria-label]")]
    .map((part) => [part.textContent, part.getAttribute("src"), part.getAttribute("aria-label")].join(" "))
    .join("\n");
}

function tell() {
  document.dispatchEvent(new CustomEvent("reelgate:list"));
  announce(t("library.followed"));
}
