/** Several videos at once: which are selected, and what is done with them. */
import { each } from "../site/core/batch.js";
import { Selection } from "./core/selection.js";
import { t } from "../site/core/texts.js";
import { edit, find } from "./api.js";
import { onAct } from "../site/actions.js";
import { cardOf, cards, titleOf } from "./cards.js";
import { onKey } from "../site/keys.js";
import { forgetPages } from "../site/navigation.js";
import { complain, toast } from "../site/toast.js";
import { takeAlong } from "./take_along.js";
import { bringBack, discard } from "./undo_delete.js";

const selection = new Selection();

export function mountBulk() {
  document.addEventListener("click", (event) => {
    const box = event.target;
    if (box instanceof HTMLInputElement && box.closest(".pick")) pick(box, event.shiftKey);
  });
  onAct("select-all", selectAll);
  onAct("clear-selection", clear);
  onAct("delete-selected", () => discard(selected()));
  onAct("restore-selected", () => bringBack(selected(), titleOf(cardOf(selected()[0] ?? ""))));
  onAct("download-selected", () => takeAlong(selected()));
  onAct("tag-selected", () => dialog()?.showModal());
  dialog()?.addEventListener("close", tagSelected);
  onKey("x", () => pickFocused(false));
  onKey("X", () => pickFocused(true));
  onKey("Delete", deleteThese);
  onKey("Escape", () => selection.ids.size > 0 && (clear(), true));
  onKey("Control+a", () => document.activeElement?.closest(".library, .trash") !== null && (selectAll(), true));
  document.addEventListener("reelgate:list", show);
  document.addEventListener("reelgate:page", () => {
    selection.clear();
    show();
  });
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

function clear() {
  selection.clear();
  show();
}

function deleteThese() {
  if (document.querySelector(".library") === null) return false;
  const focused = document.activeElement?.closest(".library .card")?.getAttribute("data-id");
  const ids = selected();
  if (ids.length > 0) discard(ids);
  else if (focused) discard([focused]);
  return ids.length > 0 || Boolean(focused);
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
  if (count) count.textContent = t("library.selected", { count: ids.length });
  if (held && bar.hidden) document.querySelector("h1")?.focus({ preventScroll: true });
}

function dialog() {
  const found = document.getElementById("tagging");
  return found instanceof HTMLDialogElement ? found : null;
}

async function tagSelected() {
  const box = dialog();
  const field = box?.querySelector("input");
  if (!box || !field || box.returnValue !== "add") return;
  const tags = field.value
    .split(",")
    .map((tag) => tag.trim())
    .filter(Boolean);
  const ids = selected();
  box.returnValue = field.value = "";
  const results = await each(ids, async (id) => {
    const video = await find(id);
    return edit(id, { tags: [...new Set([...video.tags, ...tags])] }, video.etag);
  });
  forgetPages();
  const failures = results.filter((result) => result.status === "rejected");
  if (failures.length > 0)
    return complain(t("library.failed", { count: failures.length, reason: failures[0].reason.message }));
  toast(t("library.tagged_many", { count: ids.length }));
  clear();
  cardOf(ids[0])?.querySelector("a")?.focus({ preventScroll: true });
}
