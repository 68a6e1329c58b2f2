/** The list of cues, a part at a time: however many there are, a page shows and moves few. */
import { t } from "../site/core/texts.js";
import { copyOf, put, showLine } from "./cue_line.js";

/** @typedef {import("./core/cues.js").Cue} Cue */

const AT_ONCE = 30;

export class CueList {
  /** @type {Map<number, HTMLElement>} */
  #lines = new Map();
  #first = 0;

  /**
   * @param {HTMLElement} place @param {import("./editor_work.js").EditorWork} work
   * @param {import("./core/findings.js").Findings} findings @param {import("./cue_fields.js").CueFields} fields
   */
  constructor(place, work, findings, fields) {
    this.place = place;
    this.work = work;
    this.findings = findings;
    this.fields = fields;
    this.list = /** @type {HTMLElement} */ (place.querySelector(".cue-list"));
    this.mostSpeed = Number(place.dataset.mostSpeed);
  }

  /** Show the part with the cue that is worked on. */
  show() {
    const { cues, place } = this.work;
    if (place < this.#first || place >= this.#first + AT_ONCE) this.#first = Math.max(0, place - (place % AT_ONCE));
    const held = document.activeElement;
    const part = cues.slice(this.#first, this.#first + AT_ONCE);
    const before = this.#lines;
    this.#lines = new Map(part.map(({ key }) => [key, before.get(key) ?? copyOf("cue-line")]));
    for (const [key, line] of before) if (!this.#lines.has(key)) line.remove();
    part.forEach((cue, offset) => this.#put(cue, this.#first + offset, offset));
    if (cues.length === 0) this.fields.element.remove();
    if (held instanceof HTMLElement && held !== document.activeElement && held.isConnected) held.focus();
    this.#tellWhere();
  }

  /** @param {"line" | "text"} where */
  focus(where) {
    const line = this.#lines.get(this.work.key);
    const target = where === "text" && line ? this.fields.text : line?.querySelector(".cue-line");
    if (target instanceof HTMLElement) target.focus();
    else if (this.work.cues.length === 0) document.getElementById("cues-title")?.focus();
    line?.scrollIntoView({ block: "nearest" });
  }

  /** The cue that an element belongs to, by its key. @param {EventTarget | null} target */
  keyOf(target) {
    const line = target instanceof Element ? target.closest("li.cue") : null;
    return [...this.#lines].find(([, each]) => each === line)?.[0];
  }

  /** The first cue of the part before or behind the one that is shown. @param {1 | -1} way */
  turned(way) {
    return this.work.cues[this.#first + way * AT_ONCE];
  }

  /** @param {Cue} cue @param {number} at @param {number} offset */
  #put(cue, at, offset) {
    const line = /** @type {HTMLElement} */ (this.#lines.get(cue.key));
    if (this.list.children[offset] !== line) this.list.insertBefore(line, this.list.children[offset] ?? null);
    const isHere = cue.key === this.work.key;
    const warnings = this.findings.of(cue);
    showLine(line, cue, { at, count: this.work.cues.length, isHere, warnings, mostSpeed: this.mostSpeed });
    if (!isHere) return;
    if (this.fields.element.parentElement !== line) line.querySelector(".cue-line")?.after(this.fields.element);
    this.fields.show(cue, at);
  }

  #tellWhere() {
    const { cues } = this.work;
    const to = Math.min(cues.length, this.#first + AT_ONCE);
    put(this.place, ".cue-range", t("caption_editor.range", { from: this.#first + 1, to, count: cues.length }));
    put(this.place, ".editor-count", t("caption_editor.count", { count: cues.length }));
    for (const [selector, isHidden] of /** @type {const} */ ([
      [".cue-pages", cues.length <= AT_ONCE],
      [".editor-none", cues.length > 0],
      [".cue-list", cues.length === 0],
    ])) {
      const found = this.place.querySelector(selector);
      if (found instanceof HTMLElement) found.hidden = isHidden;
    }
    for (const [name, isThere] of /** @type {const} */ ([
      ["earlier", this.#first > 0],
      ["later", to < cues.length],
    ]))
      this.place.querySelector(`[data-do=${name}]`)?.setAttribute("aria-disabled", String(!isThere));
  }
}
