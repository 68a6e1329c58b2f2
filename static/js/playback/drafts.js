/** Edits that are not saved yet, kept while somebody goes elsewhere: they are there again when the page opens. */
import { recall, remember } from "../site/core/stored_values.js";
import { t } from "../site/core/texts.js";
import { videoOf } from "../site/actions.js";
import { toast } from "../site/toast.js";

export function mountDrafts() {
  document.addEventListener("input", (event) => {
    const form = event.target instanceof Element ? event.target.closest(".edit form") : null;
    if (form instanceof HTMLFormElement) keep(form);
  });
  document.addEventListener("reset", (event) => {
    if (event.target instanceof Element && event.target.matches(".edit form")) forgetDraft(event.target);
  });
  document.addEventListener("reelgate:page", bringBack);
  bringBack();
}

/** It has been saved, or thrown away. @param {Element} form */
export function forgetDraft(form) {
  remember(nameOf(form), null);
}

/** @param {HTMLFormElement} form */
function keep(form) {
  const fields = fieldsOf(form);
  const isChanged = fields.some((field) => field.value !== field.defaultValue);
  remember(nameOf(form), isChanged ? JSON.stringify(fields.map(({ name, value }) => [name, value])) : null);
}

function bringBack() {
  const form = document.querySelector(".edit form");
  if (!(form instanceof HTMLFormElement)) return;
  try {
    const draft = new Map(JSON.parse(recall(nameOf(form)) ?? "[]"));
    if (draft.size === 0) return;
    for (const field of fieldsOf(form)) field.value = String(draft.get(field.name) ?? field.value);
  } catch {
    return forgetDraft(form);
  }
  form.closest("details")?.setAttribute("open", "");
  toast(t("playback.draft_back"));
}

/** @param {HTMLFormElement} form */
function fieldsOf(form) {
  return [
    .../** @type {NodeListOf<HTMLInputElement | HTMLTextAreaElement>} */ (form.querySelectorAll("input, textarea")),
  ];
}

/** @param {Element} form */
function nameOf(form) {
  return `draft.${videoOf(form)?.dataset.id ?? ""}`;
}
