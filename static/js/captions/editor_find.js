/** Finding words in all cues, and putting others in their place. */
import { t } from "../site/core/texts.js";
import { announce } from "../site/toast.js";
import { placeOf } from "./core/cues.js";
import { placesOf, replaced } from "./core/finding.js";

/** @typedef {import("./core/finding.js").Place} Place */

export class EditorFind {
  /** The place that was gone to last. @type {Place | null} */
  #here = null;

  /**
   * @param {HTMLElement} place @param {import("./editor_work.js").EditorWork} work
   * @param {(key: number) => void} go
   */
  constructor(place, work, go) {
    this.place = place;
    this.work = work;
    this.go = go;
    this.form = /** @type {HTMLFormElement} */ (place.querySelector(".editor-find"));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#step(1);
    });
    this.form.addEventListener("input", ({ target }) => {
      if (target instanceof HTMLInputElement && target.name === "put") return;
      this.#here = null;
      this.#tell();
    });
    this.form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    this.form.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("[data-find]") : null;
      if (button instanceof HTMLButtonElement && button.type === "button") this.#press(button.dataset.find ?? "");
    });
    work.on(({ cues }) => cues && !this.form.hidden && this.#tell());
  }

  open() {
    this.form.hidden = false;
    this.#button?.setAttribute("aria-expanded", "true");
    const field = /** @type {HTMLInputElement} */ (this.form.elements.namedItem("words"));
    field.focus();
    field.select();
    this.#tell();
  }

  close() {
    this.form.hidden = true;
    this.#button?.setAttribute("aria-expanded", "false");
    this.go(this.work.key);
  }

  get #button() {
    return this.place.querySelector("[data-do=find]");
  }

  get #wanted() {
    const data = new FormData(this.form);
    return { words: String(data.get("words") ?? ""), exactly: data.has("exactly") };
  }

  /** @param {string} name */
  #press(name) {
    if (name === "close") this.close();
    else if (name === "replace") this.#replace();
    else if (name === "all") this.#replaceAll();
    else this.#step(-1);
  }

  /** @param {1 | -1} way */
  #step(way) {
    const places = placesOf(this.work.cues, this.#wanted);
    if (places.length === 0) return this.#tell();
    const at = this.#placeIn(places);
    // Where nothing was gone to yet, from the cue on that is worked on.
    const next = at >= 0 ? at + way : this.#from(places) - (way < 0 ? 1 : 0);
    this.#here = places[(next + places.length) % places.length] ?? null;
    if (this.#here) this.work.select(this.#here.key);
    this.#tell();
  }

  #replace() {
    const here = this.#here;
    const put = String(new FormData(this.form).get("put") ?? "");
    if (here === null || this.#placeIn(placesOf(this.work.cues, this.#wanted)) < 0) return this.#step(1);
    const { cues } = replaced(this.work.cues, this.#wanted, put, here);
    this.work.act("replace", { cues, key: here.key });
    // What was put there is not searched again.
    const rest = placesOf(this.work.cues, this.#wanted);
    const isBehind = (/** @type {Place} */ each) =>
      this.#order(each) > this.#order(here) || (each.key === here.key && each.from >= here.from + put.length);
    this.#here = rest.find(isBehind) ?? rest[0] ?? null;
    if (this.#here) this.work.select(this.#here.key);
    this.#tell();
  }

  #replaceAll() {
    const put = String(new FormData(this.form).get("put") ?? "");
    const { cues, count } = replaced(this.work.cues, this.#wanted, put);
    this.work.act("replace", { cues, key: this.work.key });
    this.#here = null;
    this.#say(t("caption_editor.replaced", { count }));
  }

  #tell() {
    const places = placesOf(this.work.cues, this.#wanted);
    const at = this.#placeIn(places);
    if (this.#wanted.words.trim() === "") return this.#say("");
    if (places.length === 0) return this.#say(t("caption_editor.found_none"));
    this.#say(t("caption_editor.found", { at: at + 1, count: places.length }));
  }

  /** @param {string} text */
  #say(text) {
    const place = this.form.querySelector("output");
    if (place) place.textContent = text;
    announce(text);
  }

  /** @param {Place[]} places */
  #placeIn(places) {
    return places.findIndex(({ key, from }) => key === this.#here?.key && from === this.#here.from);
  }

  /** @param {Place[]} places */
  #from(places) {
    const at = places.findIndex((each) => this.#order(each) >= this.work.place);
    return at < 0 ? 0 : at;
  }

  /** @param {Place} place */
  #order({ key }) {
    return placeOf(this.work.cues, key);
  }
}
