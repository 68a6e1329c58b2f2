/** The page of one video: what its buttons and forms do. */
import { exact } from "../site/core/dates.js";
import { t } from "../site/core/texts.js";
import { accessUrl, edit, remove } from "../library/api.js";
import { onAct, onSubmit, videoOf } from "../site/actions.js";
import { copy } from "../site/clipboard.js";
import { forgetDraft } from "./drafts.js";
import { agePages, forgetPages, go } from "../site/navigation.js";
import { player } from "./player.js";
import { complain, toast } from "../site/toast.js";
import { deleted } from "../library/undo_delete.js";

export function mountWatch() {
  const here = () => `${location.origin}${location.pathname}`;
  onAct("copy-page", () => copy(here(), t("site.link_copied")));
  onAct("copy-time", () => copy(`${here()}#t=${Math.floor(player()?.currentTime ?? 0)}`, t("site.link_copied")));
  onAct("copy-text", (button) => copy(button.dataset.text ?? ""));
  onAct("copy-made", (button) =>
    copy(button.closest(".made")?.querySelector("input")?.value ?? "", t("site.link_copied")),
  );
  onAct("reload", () => go(location.pathname + location.search + location.hash));
  onAct("delete-this", (button) => discardThis(button));
  onSubmit(".edit form", saveChange);
  onSubmit(".share form", makeLink);
  document.addEventListener("reset", (event) => {
    if (event.target instanceof Element) closeEditor(event.target);
  });
  document.addEventListener(
    "toggle",
    (event) => {
      const editor = event.target;
      if (editor instanceof HTMLDetailsElement && editor.open && editor.matches(".edit"))
        editor.querySelector("input")?.select();
    },
    { capture: true },
  );
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
  deleted({ ids: [id], title });
}

/** @param {HTMLFormElement} form */
async function saveChange(form) {
  const page = videoOf(form);
  const fields = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
  const tags = fields.tags
    .split(",")
    .map((tag) => tag.trim())
    .filter(Boolean);
  const artists = fields.artists
    ?.split("\n")
    .map((name) => name.trim())
    .filter(Boolean);
  const change = { ...fields, tags, ...(artists && { artists }) };
  try {
    const video = await edit(page?.dataset.id ?? "", change, page?.dataset.etag ?? "");
    agePages();
    forgetDraft(form);
    if (page) showChange(page, video);
    closeEditor(form);
    toast(t("playback.saved"));
  } catch (error) {
    complain(error);
  }
}

/** @param {HTMLElement} page @param {import("../library/api.js").Video} video */
function showChange(page, { title, tags, artists, etag, ...others }) {
  page.dataset.etag = etag;
  const shownNames = { artists: artists.map(({ name }) => name).join("\n") };
  document.title = t("site.titled", { title });
  const heading = page.querySelector("h1");
  if (heading) heading.textContent = title;
  player()?.setAttribute("aria-label", title);
  for (const [name, value] of Object.entries({ ...others, ...shownNames, title, tags: tags.join(", ") })) {
    // The value as it stands in the markup is what a reset goes back to.
    const field = page.querySelector(`.edit [name=${name}]`);
    if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)
      field.defaultValue = `${value ?? ""}`;
    if (field instanceof HTMLSelectElement)
      for (const option of field.options) option.defaultSelected = option.value === value;
    for (const shown of page.querySelectorAll(`[data-field=${name}]`)) {
      if (!(shown instanceof HTMLElement)) continue;
      shown.textContent = field instanceof HTMLSelectElement ? chosenIn(field, value) : `${value ?? ""}`;
      const folded = shown.closest(".other-words");
      (folded instanceof HTMLElement ? folded : shown).hidden = !value;
      shown.lang = others.language ?? "";
    }
  }
  for (const list of page.querySelectorAll(".of-artists")) {
    if (list instanceof HTMLElement) list.hidden = artists.length === 0;
    list.replaceChildren(...artists.map(artistLink));
  }
  const chips = page.querySelector(".chips");
  if (!(chips instanceof HTMLElement)) return;
  chips.hidden = tags.length === 0;
  chips.replaceChildren(...tags.map(chip));
}

/** What people call the choice. @param {HTMLSelectElement} field @param {unknown} value */
function chosenIn(field, value) {
  return [...field.options].find((option) => option.value === value)?.text ?? `${value ?? ""}`;
}

/** @param {string} tag */
function chip(tag) {
  const [item, link] = [document.createElement("li"), document.createElement("a")];
  link.className = "chip";
  link.href = `/?${new URLSearchParams({ tag })}`;
  link.dir = "auto";
  link.textContent = tag;
  item.append(link);
  return item;
}

/** @param {{id: string, name: string}} artist */
function artistLink({ id, name }) {
  const [item, link] = [document.createElement("li"), document.createElement("a")];
  link.href = `/artists/${encodeURIComponent(id)}`;
  link.dir = "auto";
  link.textContent = name;
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
    const { url, expires_at } = await accessUrl(
      videoOf(form)?.dataset.id ?? "",
      String(new FormData(form).get("expiry_hours")),
    );
    if (!(made instanceof HTMLElement)) return;
    const [field, until] = [made.querySelector("input"), made.querySelector(".until")];
    made.hidden = false;
    if (until) until.textContent = t("playback.works_until", { moment: exact(new Date(expires_at)) });
    if (field) field.value = url;
    field?.select();
  } catch (error) {
    complain(error);
  }
}
