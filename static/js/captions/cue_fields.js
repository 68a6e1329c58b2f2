/** The fields of the cue that is worked on. What somebody types is in the work at once; what is done there, here. */
import { t } from "../site/core/texts.js";
import { toast } from "../site/toast.js";
import { change, name, nudge, write } from "./core/cues.js";
import { fieldOf, markupOf, spoken } from "./core/cue_text.js";
import { shown, typed } from "./core/file.js";
import { copyOf, doubtsIn, put } from "./cue_line.js";

/** @typedef {import("./core/cues.js").Cue} Cue */

const [STEP, LONG_STEP] = [100, 1000];
const MOST_SPEAKERS = 50;

export class CueFields {
  /** @param {import("./editor_work.js").EditorWork} work @param {number} mostLine characters in a line */
  constructor(work, mostLine) {
    this.work = work;
    this.mostLine = mostLine;
    this.element = copyOf("cue-fields");
    this.text = /** @type {HTMLTextAreaElement} */ (this.element.querySelector("textarea"));
    this.#field("speaker").addEventListener("input", ({ target }) => {
      const { value } = /** @type {HTMLInputElement} */ (target);
      work.act("speaker", name(work.cues, work.key, value), true);
    });
    this.text.addEventListener("input", () => {
      work.act("write", write(work.cues, work.key, this.text.value), true);
    });
    for (const end of /** @type {const} */ (["start", "end"])) {
      const field = this.#field(end);
      field.addEventListener("change", () => this.#retime(end, field));
      field.addEventListener("keydown", (event) => this.#step(end, event));
    }
  }

  /** @param {Cue} cue @param {number} place */
  show(cue, place) {
    const field = fieldOf(cue.text);
    this.element.ariaLabel = t("caption_editor.fields", { at: place + 1 });
    for (const end of /** @type {const} */ (["start", "end"])) {
      if (typed(this.#field(end).value) !== cue[end] || !this.#isHeld(end)) this.#field(end).value = shown(cue[end]);
    }
    const isSame = markupOf({ ...field, text: this.text.value, doubts: [] }) === markupOf({ ...field, doubts: [] });
    if (!isSame || !this.#isHeld("text")) this.text.value = field.text;
    if (this.#field("speaker").value.trim() !== field.speaker) this.#field("speaker").value = field.speaker;
    const lengths = spoken(field.text)
      .split("\n")
      .map((line) => line.length);
    const told = t("caption_editor.lengths", { lengths: lengths.join(", ") });
    put(this.element, ".cue-lengths", [told, ...doubtsIn(field)].join(" · "));
    this.element.querySelector(".cue-lengths")?.classList.toggle("over", Math.max(...lengths) > this.mostLine);
    const trust = /** @type {HTMLElement} */ (this.element.querySelector("[data-do=trust]"));
    trust.hidden = field.doubts.length === 0 && trust !== document.activeElement;
    this.text.rows = Math.max(2, lengths.length);
  }

  /** Offer the names that are in the track. @param {Cue[]} cues */
  offerSpeakers(cues) {
    const names = new Set();
    for (const { text } of cues) {
      if (names.size < MOST_SPEAKERS && text.startsWith("<v")) names.add(fieldOf(text).speaker);
    }
    document
      .getElementById("speakers")
      ?.replaceChildren(...[...names].map((value) => Object.assign(document.createElement("option"), { value })));
  }

  /** Where the caret is, if somebody writes. */
  get caret() {
    return this.#isHeld("text") ? this.text.selectionStart : null;
  }

  /** @param {string} name */
  #field(name) {
    return /** @type {HTMLInputElement} */ (this.element.querySelector(`[name=${name}]`));
  }

  /** @param {string} name */
  #isHeld(name) {
    return document.activeElement === this.#field(name);
  }

  /** @param {"start" | "end"} end @param {HTMLInputElement} field */
  #retime(end, field) {
    const { work } = this;
    const moment = typed(field.value);
    if (moment !== null) return work.act("nudge", change(work.cues, work.key, { [end]: moment }));
    toast(t("caption_editor.wrong_time"));
    if (work.cue) field.value = shown(work.cue[end]);
  }

  /** @param {"start" | "end"} end @param {KeyboardEvent} event */
  #step(end, event) {
    const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (way === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const { work } = this;
    work.act("nudge", nudge(work.cues, work.key, { [end]: way * (event.shiftKey ? LONG_STEP : STEP) }), true);
  }
}
