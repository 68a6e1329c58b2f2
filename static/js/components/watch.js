/** The page of one video: what its buttons and forms do. */
import { libraryTexts as texts } from "../core/texts.js";
import { accessUrl, edit, remove, restore } from "../transport/api.js";
import { onAct, onSubmit, videoOf } from "./acts.js";
import { freshen } from "./cards.js";
import { copy } from "./copying.js";
import { forgetPages, go } from "./navigation.js";
import { player } from "./player.js";
import { complain, toast } from "./toast.js";

export function mountWatch() {
  const here = () => `${location.origin}${location.pathname}`;
  onAct("copy-page", () => copy(here(), texts.linkCopied));
  onAct("copy-time", () => copy(`${here()}#t=${Math.floor(player()?.currentTime ?? 0)}`, texts.linkCopied));
  onAct("copy-text", (button) => copy(button.dataset.text ?? ""));
  onAct("copy-made", (button) => copy(button.closest(".made")?.querySelector("input")?.value ?? "", texts.linkCopied));
  onAct("reload", () => location.reload());
  onAct("delete-this", (button) => discardThis(button));
  onSubmit(".edit form", saveChange);
  onSubmit(".share form", makeLink);
  document.addEventListener("reset", (event) => {
    if (event.target instanceof Element) closeEditor(event.target);
  });
  document.addEventListener("toggle", (event) => {
    if (event.target instanceof HTMLDetailsElement && event.target.open) event.target.querySelector("input")?.select();
  }, { capture: true });
}

/** @param {HTMLElement} button */
async function discardThis(button) {
  const id = videoOf(button)?.dataset.id ?? "";
  const title = document.querySelector("h1")?.textContent ?? "";
  try {
    await remove(id);
  } catch (error) {
    return complain(error);
  }
  forgetPages();
  await go("/");
  const undo = () => restore(id).then(() => freshen()).then(() => toast(texts.restored(title)), complain);
  toast(texts.deleted(title), { label: texts.undo, act: undo });
}

/** @param {HTMLFormElement} form */
async function saveChange(form) {
  const page = videoOf(form);
  const fields = new FormData(form);
  const tags = String(fields.get("tags")).split(",").map((tag) => tag.trim()).filter(Boolean);
  try {
    const video = await edit(page?.dataset.id ?? "", { title: String(fields.get("title")), tags }, page?.dataset.etag ?? "");
    forgetPages();
    if (page) showChange(page, video);
    closeEditor(form);
    toast(texts.saved);
  } catch (error) {
    complain(error);
  }
}

/** @param {HTMLElement} page @param {import("../transport/api.js").Video} video */
function showChange(page, { title, tags, etag }) {
  page.dataset.etag = etag;
  document.title = `${title} · Reelgate`;
  const heading = page.querySelector("h1");
  if (heading) heading.textContent = title;
  player()?.setAttribute("aria-label", title);
  for (const [name, value] of [["title", title], ["tags", tags.join(", ")]]) {
    // The value as it stands in the markup is what a reset goes back to.
    page.querySelector(`.edit input[name=${name}]`)?.setAttribute("value", value);
  }
  const chips = page.querySelector(".chips");
  if (!(chips instanceof HTMLElement)) return;
  chips.hidden = tags.length === 0;
  chips.replaceChildren(...tags.map(chip));
}

/** @param {string} tag */
function chip(tag) {
  const [item, link] = [document.createElement("li"), document.createElement("a")];
  link.className = "chip";
  link.href = `/?${new URLSearchParams({ tag })}`;
  link.textContent = tag;
  item.append(link);
  return item;
}

/** @param {Element} form */
function closeEditor(form) {
  const details = form.closest("details");
  if (details === null) return;
  details.open = false;
  details.querySelector("summary")?.focus();
}

/** @param {HTMLFormElement} form */
async function makeLink(form) {
  const made = form.parentElement?.querySelector(".made");
  try {
    const { url, expires_at } = await accessUrl(videoOf(form)?.dataset.id ?? "", String(new FormData(form).get("expiry_hours")));
    if (!(made instanceof HTMLElement)) return;
    const [field, until] = [made.querySelector("input"), made.querySelector(".until")];
    made.hidden = false;
    if (until) until.textContent = texts.worksUntil(new Date(expires_at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" }));
    if (field) field.value = url;
    field?.select();
  } catch (error) {
    complain(error);
  }
}
