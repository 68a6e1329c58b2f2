/** Delete with Undo, restore, copy a link, edit: what the server's pages get on top. */
import { edit, remove, restore } from "../transport/api.js";
import { texts } from "../core/texts.js";
import { toast } from "./toast.js";

/** @param {unknown} error */
const complain = (error) => toast(error instanceof Error ? error.message : String(error));

/** @param {HTMLElement} card */
function offerDelete(card) {
  const button = card.querySelector("button.delete");
  if (!(button instanceof HTMLButtonElement)) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const { id = "", title = "" } = card.dataset;
    const next = card.nextElementSibling ?? card.previousElementSibling;
    const undo = () => restore(id).then(() => { card.hidden = false; }, complain);
    try {
      await remove(id);
      card.hidden = true;
      /** @type {HTMLElement | null | undefined} */ (next?.querySelector("a"))?.focus();
      toast(texts.deleted(title), { label: texts.undo, act: undo });
    } catch (error) {
      complain(error);
    }
  });
}

/** @param {HTMLElement} card */
function offerRestore(card) {
  const button = card.querySelector("button.restore");
  if (!(button instanceof HTMLButtonElement)) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const { id = "", title = "" } = card.dataset;
    restore(id).then(() => { card.remove(); toast(texts.restored(title)); }, complain);
  });
}

/** @param {HTMLElement} page */
function mountWatch(page) {
  const { id = "" } = page.dataset;
  const video = page.querySelector("video");
  const form = page.querySelector("form.edit");
  if (video === null || !(form instanceof HTMLFormElement)) return;
  const copy = (/** @type {string} */ hash) =>
    navigator.clipboard.writeText(`${location.origin}${location.pathname}${hash}`).then(() => toast(texts.linkCopied), complain);
  /** @type {Record<string, () => unknown>} */
  const acts = {
    copy: () => copy(""),
    "copy-time": () => copy(`#t=${Math.floor(video.currentTime)}`),
    delete: () => remove(id).then(() => { location.href = "/trash"; }, complain),
  };
  for (const button of page.querySelectorAll("button[data-action]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    button.hidden = false;
    button.addEventListener("click", () => acts[button.dataset.action ?? ""]?.());
  }
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const fields = new FormData(form);
    const tags = String(fields.get("tags")).split(",").map((tag) => tag.trim()).filter(Boolean);
    edit(id, { title: String(fields.get("title")), tags }).then(() => location.reload(), complain);
  });
  mountPlayer(video, page, id);
}

/** @param {HTMLVideoElement} video @param {HTMLElement} page @param {string} id */
function mountPlayer(video, page, id) {
  const unplayable = page.querySelector(".unplayable");
  const fail = () => { if (unplayable instanceof HTMLElement) unplayable.hidden = false; };
  video.addEventListener("error", fail);
  if (video.error) fail();
  const key = `reelgate.at.${id}`;
  const begin = () => {
    const asked = /^#t=(\d+(?:\.\d+)?)$/.exec(location.hash);
    const at = Number(asked ? asked[1] : (localStorage.getItem(key) ?? 0));
    if (at > 0 && at < video.duration - 1) video.currentTime = at;
  };
  if (video.readyState >= HTMLMediaElement.HAVE_METADATA) begin();
  else video.addEventListener("loadedmetadata", begin, { once: true });
  video.addEventListener("pause", () => localStorage.setItem(key, String(video.currentTime)));
  video.addEventListener("ended", () => localStorage.removeItem(key));
}

/** Make the page at hand better. */
export function mountLibrary() {
  for (const card of document.querySelectorAll(".card")) {
    if (!(card instanceof HTMLElement)) continue;
    offerDelete(card);
    offerRestore(card);
  }
  const page = document.querySelector(".watch");
  if (page instanceof HTMLElement) mountWatch(page);
  document.addEventListener("keydown", (event) => {
    const typing = event.target instanceof HTMLInputElement;
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    document.getElementById("q")?.focus();
  });
}
