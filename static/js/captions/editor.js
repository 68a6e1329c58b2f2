/** Mounts the editor of captions, on whichever page has one. */
import { pauseFor } from "../site/retry_delay.js";
import { languageName } from "../site/core/language_names.js";
import { t } from "../site/core/texts.js";
import { address } from "../library/api.js";
import { complain, toast } from "../site/toast.js";
import { CaptionEditor } from "./caption_editor.js";
import { DraftApi } from "./draft_api.js";

const LAST_MOMENT = 5000;

/** @type {CaptionEditor | null} */
let mounted = null;
let left = new AbortController();

document.addEventListener("reelgate:page", begin);
addEventListener("pagehide", () => mounted?.keeper.leave());
document.addEventListener("visibilitychange", () => document.hidden && mounted?.keeper.save());
addEventListener("beforeunload", (event) => {
  if (mounted && !mounted.keeper.isSaved) event.preventDefault();
});
document.addEventListener("keydown", (event) => mounted?.press(event), { capture: true });
begin();

async function begin() {
  leave();
  const place = document.querySelector(".caption-editor");
  const video = place?.querySelector("video");
  if (!(place instanceof HTMLElement) || !video) return;
  for (const each of place.querySelectorAll("[data-language-name]")) {
    const language = each.getAttribute("data-language-name") ?? "";
    each.textContent = languageName(language, document.documentElement.lang) ?? language;
  }
  const mine = (left = new AbortController());
  const { id = "", language = "", kind = "" } = place.dataset;
  const api = new DraftApi(address(id), language, kind, mine.signal);
  const told = await api.open();
  if (mine.signal.aborted) return;
  if (told.trouble !== null) return complain(told.why);
  mounted = new CaptionEditor(place, video, api, told.body);
  if (told.body.etag) toast(t("caption_editor.back_again"));
}

/** Another page is shown: what is being saved has a moment to arrive, and nothing waits for longer. */
function leave() {
  const ended = left;
  const saved = mounted?.keeper.leave() ?? Promise.resolve(true);
  mounted = null;
  const pause = pauseFor(LAST_MOMENT, ended.signal).catch(() => undefined);
  Promise.race([saved, pause]).finally(() => ended.abort());
}
