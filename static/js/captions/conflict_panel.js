/** What is said where two versions meet, or nothing can be saved; and a way to take words along as a file. */
import { t } from "../site/core/texts.js";
import { fieldOf, spoken } from "./core/cue_text.js";
import { differences } from "./core/differences.js";
import { shown } from "./core/file.js";
import { put } from "./cue_line.js";

/** @typedef {import("./core/cues.js").Cue} Cue */

const MOST_SHOWN = 20;

/** @param {HTMLElement} place @param {import("./draft_keeper.js").Conflict} conflict @param {Cue[]} mine */
export function showConflict(place, { of, cues }, mine) {
  const panel = /** @type {HTMLElement} */ (place.querySelector(".editor-conflict"));
  const different = differences(mine, cues);
  const { count } = different;
  const isTrack = of === "track";
  put(panel, "h2", isTrack ? t("caption_editor.conflict_title") : t("caption_editor.conflict_draft_title"));
  put(
    panel,
    "p",
    isTrack ? t("caption_editor.conflict_why", { count }) : t("caption_editor.conflict_draft_why", { count }),
  );
  const both = [
    ...different.mine.map((cue) => ({ cue, whose: t("caption_editor.mine") })),
    ...different.theirs.map((cue) => ({ cue, whose: t("caption_editor.theirs") })),
  ];
  both.sort((one, other) => one.cue.start - other.cue.start);
  panel.querySelector(".conflict-list")?.replaceChildren(...both.slice(0, MOST_SHOWN).map(entry));
  panel.hidden = false;
  panel.focus();
  panel.scrollIntoView({ block: "nearest" });
}

/** @param {HTMLElement} place */
export function hideConflict(place) {
  const panel = place.querySelector(".editor-conflict");
  if (panel instanceof HTMLElement) panel.hidden = true;
}

/** @param {HTMLElement} place @param {import("./draft_api.js").Trouble | null} trouble @param {string} why */
export function showTrouble(place, trouble, why) {
  const panel = place.querySelector(".editor-trouble");
  if (!(panel instanceof HTMLElement)) return;
  panel.hidden = trouble === null;
  put(panel, "p", trouble === null ? "" : t(`caption_editor.trouble.${trouble}`, { why }));
  const signIn = panel.querySelector("[data-trouble=sign-in]");
  if (signIn instanceof HTMLElement) signIn.hidden = trouble !== "signed_out";
}

/** @param {string} content @param {string} name */
export function download(content, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type: "text/vtt" }));
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** @param {{cue: Cue, whose: string}} one */
function entry({ cue, whose }) {
  const item = document.createElement("li");
  const name = document.createElement("b");
  const words = document.createElement("span");
  const { speaker, text } = fieldOf(cue.text);
  name.textContent = `${shown(cue.start)} · ${whose}: `;
  words.dir = "auto";
  words.textContent = [speaker, spoken(text)].filter(Boolean).join(": ");
  item.append(name, words);
  return item;
}
