/** What the editor says of itself: whether it is saved and published, and how much there is to look at. */
import { t } from "../site/core/texts.js";
import { put, showWarnings } from "./cue_line.js";

/** @param {HTMLElement} place @param {import("./draft_keeper.js").DraftKeeper} keeper
 * @param {import("./editor_work.js").EditorWork} work */
export function showState(place, keeper, work) {
  const isAutomatic = keeper.origin === "auto" && !keeper.hasDraft;
  const state = stateOf(keeper);
  const said = place.querySelector(".editor-state");
  if (said instanceof HTMLElement) {
    said.dataset.state = state;
    put(place, ".editor-state", t(`caption_editor.states.${state}`));
  }
  const publish = place.querySelector("[data-do=publish]");
  if (publish) {
    publish.textContent = isAutomatic ? t("caption_editor.publish_checked") : t("caption_editor.publish");
    publish.setAttribute("aria-disabled", String(keeper.isPublishing || (!keeper.hasDraft && !isAutomatic)));
  }
  for (const [name, can] of /** @type {const} */ ([
    ["undo", work.canUndo],
    ["redo", work.canRedo],
    ["discard", keeper.hasDraft],
  ]))
    place.querySelector(`[data-do=${name}]`)?.setAttribute("aria-disabled", String(!can));
}

/** @param {HTMLElement} place @param {import("./live_gate.js").LiveGate} gate
 * @param {import("./editor_work.js").EditorWork} work */
export function showWhatIsNoted(place, gate, work) {
  const count = work.cues.filter((cue) => gate.isNoted(cue)).length;
  const words = count > 0 ? t("caption_editor.warnings", { count }) : t("caption_editor.no_warnings");
  put(place, ".editor-warnings", words);
  place.querySelector("[data-do=next-warning]")?.setAttribute("aria-disabled", String(count === 0));
  const ofTrack = place.querySelector(".track-warnings");
  if (ofTrack instanceof HTMLElement) showWarnings(ofTrack, gate.findings.ofTrack);
}

/** @param {import("./draft_keeper.js").DraftKeeper} keeper */
function stateOf({ isPublishing, isSaving, isSaved, hasDraft, origin }) {
  if (isPublishing) return "publishing";
  if (isSaving) return "saving";
  if (!isSaved) return "unsaved";
  if (hasDraft) return "draft";
  return { "": "new", embedded: "new", auto: "automatic" }[origin] ?? "published";
}
