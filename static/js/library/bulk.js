/** Several videos at once: which are selected, and what is done with them. */
import { filtersOf } from "./core/filters.js";
import { Selection } from "./core/selection.js";
import { t } from "../site/core/texts.js";
import { onAct } from "../site/actions.js";
import { cardOf, cards, freshen, titleOf } from "./cards.js";
import { onKey } from "../site/keys.js";
import { countMany, doMany } from "./many.js";
import { forgetPages } from "../site/navigation.js";
import { complain, toast } from "../site/toast.js";
import { takeAlong } from "./take_along.js";
import { bringBack, discard, discardAll } from "./undo_delete.js";

const selection = new Selection();
/** All that the list finds, where that is selected. @type {{query: Object<string, any>, count: number} | null} */
let whole = null;

mountBulk();

function mountBulk() {
  document.addEventListener("click", (event) => {
    const box = event.target;
    if (box instanceof HTMLInputElement && box.closest(".pick")) pick(box, event.shiftKey);
  });
  onAct("select-all", selectAll);
  onAct("select-matching", selectMatching);
  onAct("clear-selection", clear);
  onAct("delete-selected", deleteSelected);
  onAct("restore-selected", () => bringBack(selected(), titleOf(cardOf(selected()[0] ?? ""))));
  onAct("download-selected", () => takeAlong(selected()));
  onAct("tag-selected", () => openDialog("tag"));
  onAct("change-selected", () => openDialog("untag"));
  document.addEventListener("change", (event) => {
    if (event.target instanceof HTMLSelectElement && event.target.closest("#changing")) showFields();
  });
  // Of dialogs on other pages the document hears nothing: closing does not bubble.
  document.addEventListener("close", (event) => event.target === dialog() && change(), true);
  onKey("x", () => pickFocused(false));
  onKey("X", () => pickFocused(true));
  onKey("Delete", deleteThese);
  onKey("Escape", () => selection.ids.size > 0 && (clear(), true));
  onKey("Control+a", () => document.activeElement?.closest(".library, .trash") !== null && (selectAll(), true));
  document.addEventListener("reelgate:list", show);
  document.addEventListener("reelgate:page", clear);
}

/** Those selected that are still in the list, in its order. */
function selected() {
  return cards()
    .map((card) => card.dataset.id ?? "")
    .filter((id) => selection.ids.has(id));
}

/** @param {HTMLInputElement} box @param {boolean} range */
function pick(box, range) {
  const id = box.closest(".card")?.getAttribute("data-id") ?? "";
  whole = null;
  if (range)
    selection.extend(
      cards().map((card) => card.dataset.id ?? ""),
      id,
      box.checked,
    );
  else selection.set(id, box.checked);
  show();
}

/** @param {boolean} range */
function pickFocused(range) {
  const box = document.activeElement?.closest(".card")?.querySelector(".pick input");
  if (!(box instanceof HTMLInputElement)) return false;
  box.checked = range || !box.checked;
  pick(box, range);
  return true;
}

function selectAll() {
  selection.setAll(cards().map((card) => card.dataset.id ?? ""));
  show();
}

/** Select what the list finds on all of its pages. */
async function selectMatching() {
  const query = filtersOf(location.search);
  const found = await countMany(query).catch(complain);
  if (!found) return;
  if (found.more) return toast(t("bulk.too_many", { count: found.videos }));
  whole = { query, count: found.videos };
  selectAll();
}

function clear() {
  whole = null;
  selection.clear();
  show();
}

function deleteSelected() {
  if (whole) return discardAll(whole.query, whole.count).then((isDone) => isDone && clear());
  discard(selected());
}

function deleteThese() {
  if (document.querySelector(".library") === null) return false;
  const focused = document.activeElement?.closest(".library .card")?.getAttribute("data-id");
  if (selected().length > 0) deleteSelected();
  else if (focused) discard([focused]);
  return selected().length > 0 || Boolean(focused);
}

/** Bring boxes and bar in line with what is selected. */
function show() {
  const ids = selected();
  for (const card of cards()) {
    const box = card.querySelector(".pick input");
    if (box instanceof HTMLInputElement) box.checked = selection.ids.has(card.dataset.id ?? "");
  }
  const bar = document.querySelector(".bulk");
  if (!(bar instanceof HTMLElement)) return;
  const held = bar.contains(document.activeElement);
  bar.hidden = ids.length === 0;
  const count = bar.querySelector("output");
  if (count)
    count.textContent = whole
      ? t("bulk.all_selected", { count: whole.count })
      : t("library.selected", { count: ids.length });
  const more = bar.querySelector("[data-act=select-matching]");
  const isMore = document.querySelector(".more a") !== null && ids.length === cards().length;
  if (more instanceof HTMLElement) more.hidden = whole !== null || !isMore;
  if (held && bar.hidden) document.querySelector("h1")?.focus({ preventScroll: true });
}

function dialog() {
  const found = document.getElementById("changing");
  return found instanceof HTMLDialogElement ? found : null;
}

/** @param {string} action that it begins with */
function openDialog(action) {
  const choice = dialog()?.querySelector("select");
  if (choice) choice.value = action;
  showFields();
  dialog()?.showModal();
  // Who has said what is to be done goes on with the field for it.
  if (action === "tag") dialog()?.querySelector("input")?.focus();
}

/** Show the fields of the action that is chosen. */
function showFields() {
  const action = dialog()?.querySelector("select")?.value ?? "";
  for (const part of dialog()?.querySelectorAll("[data-for]") ?? [])
    if (part instanceof HTMLElement) part.hidden = !part.dataset.for?.split(" ").includes(action);
}

async function change() {
  const box = dialog();
  const form = box?.querySelector("form");
  if (!box || !form || box.returnValue !== "change") return;
  box.returnValue = "";
  const fields = new FormData(form);
  const action = String(fields.get("action"));
  const tags = String(fields.get("tags"))
    .split(",")
    .map((tag) => tag.trim())
    .filter(Boolean);
  const artists = String(fields.get("artists"))
    .split("\n")
    .map((name) => name.trim())
    .filter(Boolean);
  for (const field of box.querySelectorAll("input, textarea"))
    if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.value = "";
  const value = action.endsWith("tag")
    ? tags
    : action.endsWith("artist")
      ? artists
      : fields.get(action.endsWith("collection") ? "collection_to" : action);
  const ids = selected();
  const what = whole ? { query: whole.query } : { ids };
  const wish = { action, ...what, ...(value === null ? {} : { value: /** @type {string | string[]} */ (value) }) };
  const outcome = await doMany(wish, "bulk.going_on").catch(complain);
  forgetPages();
  if (!outcome) return;
  if (outcome.failures > 0) complain(t("library.failed", { count: outcome.failures, reason: outcome.reason }));
  else {
    const words = action === "tag" ? "library.tagged_many" : "bulk.changed";
    toast(t(words, { count: outcome.count }));
    clear();
  }
  await freshen();
  cardOf(ids[0])?.querySelector("a")?.focus({ preventScroll: true });
}
