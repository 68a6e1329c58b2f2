/** The words that are being edited: one place that knows them, and tells whoever shows, checks or keeps them. */
import { placeOf } from "./core/cues.js";
import { begin, redo, step, undo } from "./core/history.js";

/** @typedef {import("./core/cues.js").Cue} Cue */
/** @typedef {import("./core/cues.js").Done} Done */
/** @typedef {{cues: boolean, key: boolean}} What which of it has changed */

export class EditorWork {
  #work;
  /** @type {((what: What) => void)[]} */
  #listeners = [];

  /** @param {Cue[]} cues @param {string[]} heads what stands above them in the file */
  constructor(cues, heads) {
    this.#work = begin(cues);
    this.heads = heads;
  }

  get cues() {
    return this.#work.cues;
  }

  /** The cue that is worked on, by its key; 0 where there is none. */
  get key() {
    return this.#work.key;
  }

  get place() {
    return placeOf(this.cues, this.key);
  }

  /** @returns {Cue | undefined} */
  get cue() {
    return this.cues[this.place];
  }

  get canUndo() {
    return this.#work.done.length > 0;
  }

  get canRedo() {
    return this.#work.undone.length > 0;
  }

  /** @param {(what: What) => void} listener */
  on(listener) {
    this.#listeners.push(listener);
  }

  /** @param {string} name of the step, as the texts have it @param {Done} result @param {boolean} [goesOn] */
  act(name, result, goesOn = false) {
    this.#become(step(this.#work, result, name, goesOn));
  }

  /** @param {number} key */
  select(key) {
    this.#become({ ...this.#work, key });
  }

  /** @returns {string | undefined} what was undone */
  undo() {
    const name = this.#work.done.at(-1)?.name;
    this.#become(undo(this.#work));
    return name;
  }

  /** @returns {string | undefined} what was done again */
  redo() {
    const name = this.#work.undone.at(-1)?.name;
    this.#become(redo(this.#work));
    return name;
  }

  /** @param {import("./core/history.js").Work} work */
  #become(work) {
    const what = { cues: work.cues !== this.cues, key: work.key !== this.key };
    this.#work = work;
    if (what.cues || what.key) for (const listener of this.#listeners) listener(what);
  }
}
