/**
 * Keeps what is written as a draft on the server, a moment after each change, and publishes it. What the server cannot
 * take now is kept in the browser until it can.
 */
import { pauseFor } from "../site/retry_delay.js";
import { signedInAgain } from "../site/session.js";
import { cueOf, isShown, sentOf } from "./core/cues.js";
import { differences } from "./core/differences.js";
import { fileOf } from "./core/file.js";

/** @typedef {import("./core/cues.js").Cue} Cue */
/** @typedef {import("./draft_api.js").Opened} Opened */
/** @typedef {import("./draft_api.js").Trouble} Trouble */
/** @typedef {{of: "track" | "draft", theirs: Opened, cues: Cue[]}} Conflict */
/**
 * @typedef {object} Shown what the page does with it
 * @property {() => void} state @property {(trouble: Trouble | null, why: string) => void} trouble
 * @property {(conflict: Conflict) => void} conflict
 * @property {(cues: Cue[], warnings: Opened["warnings"]) => void} checked
 */

const SAVE_AFTER = 800;

export class DraftKeeper {
  /** What the server has of it. @type {Cue[]} */
  #saved;
  /** The draft's version; null where none is kept. @type {string | null} */
  #etag;
  /** The version of the track that it is based on. @type {string | null} */
  #base;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Promise<boolean> | null} */
  #saving = null;
  /** What has to be settled first. @type {Conflict | null} */
  #conflict = null;
  /** Where the track came from. */
  origin = "";
  isPublishing = false;

  /**
   * @param {import("./editor_work.js").EditorWork} work @param {import("./draft_api.js").DraftApi} api
   * @param {Opened} opened @param {Shown} shown @param {import("./local_copy.js").LocalCopy} local
   */
  constructor(work, api, opened, shown, local) {
    this.work = work;
    this.api = api;
    this.shown = shown;
    this.local = local;
    this.#saved = work.cues;
    this.#etag = opened.etag;
    this.#base = opened.based_on;
    this.origin = opened.track?.origin ?? "";
    work.on(({ cues }) => cues && this.#plan());
  }

  get isSaved() {
    return this.#saved === this.work.cues;
  }

  get isSaving() {
    return this.#saving !== null;
  }

  get hasDraft() {
    return this.#etag !== null || !this.isSaved;
  }

  /** Keep it now. @returns {Promise<boolean>} whether the server has all of it */
  async save() {
    clearTimeout(this.#timer);
    if (this.#conflict !== null) return false;
    this.#saving ??= this.#saveAll().finally(() => {
      this.#saving = null;
      this.shown.state();
    });
    return this.#saving;
  }

  /** Make it what everybody sees. @returns {Promise<boolean>} */
  async publish() {
    this.isPublishing = true;
    this.shown.state();
    const isDone = (this.isSaved || (await this.save())) && (await this.#publish());
    this.isPublishing = false;
    this.shown.state();
    return isDone;
  }

  /** Go back to what is published. @returns {Promise<Opened | null>} it, unless something is in the way */
  async discard() {
    clearTimeout(this.#timer);
    await this.#saving;
    const gone = this.#etag === null ? null : await this.api.discard(this.#etag);
    if (gone?.trouble === "conflict") return this.#meet("draft").then(() => null);
    if (gone?.trouble) return this.#fail(gone.trouble, gone.why);
    const told = await this.api.open({ anew: true });
    if (told.trouble !== null) return this.#fail(told.trouble, told.why);
    this.#etag = null;
    this.#base = told.body.based_on;
    return told.body;
  }

  /** What is in the work now is what the server has anyway. */
  settle() {
    clearTimeout(this.#timer);
    this.#saved = this.work.cues;
    this.local.forget();
    this.shown.state();
  }

  /** Tell at once where somebody else has published since the draft was begun. @param {Opened} opened */
  async compare(opened) {
    const now = opened.track && opened.track.origin !== "embedded" ? opened.track.etag : null;
    if (now !== this.#base) await this.#meet("track");
  }

  /** Ask what is to be done about another version. @param {"track" | "draft"} of */
  async #meet(of) {
    const told = await this.api.open({ anew: of === "track" });
    if (told.trouble !== null) {
      this.#fail(told.trouble, told.why);
      return false;
    }
    const cues = told.body.cues.map(cueOf);
    const different = differences(this.work.cues, cues).count;
    this.#conflict = { of, theirs: told.body, cues };
    if (different === 0) {
      // It is ours, whose answer was lost, or somebody had the same idea.
      this.keepMine();
      return true;
    }
    this.local.keep(this.#record());
    this.shown.conflict(this.#conflict);
    return false;
  }

  /** Go on with ours: it takes the place of theirs when it is saved, or published. */
  keepMine() {
    if (this.#conflict?.of === "track") this.#base = this.#conflict.theirs.based_on;
    else if (this.#conflict) this.#etag = this.#conflict.theirs.etag;
    this.#conflict = null;
    this.#saved = [];
    this.#plan();
  }

  /** Go on with theirs. @returns {Cue[]} what the work becomes */
  takeTheirs() {
    const { cues = [], theirs } = this.#conflict ?? {};
    if (theirs) this.#base = theirs.based_on;
    if (theirs && this.#conflict?.of === "draft") this.#etag = theirs.etag;
    this.#conflict = null;
    return cues;
  }

  /** The page goes away: what is not saved yet stays in the browser. @returns {Promise<boolean>} */
  async leave() {
    clearTimeout(this.#timer);
    if (this.isSaved) return true;
    this.local.keep(this.#record());
    return this.save();
  }

  /** @param {Cue[]} cues @param {string | null} etag which draft they were a change of */
  begin(cues, etag) {
    this.#etag = etag;
    this.work.act("taken", { cues, key: cues[0]?.key ?? 0 });
  }

  #plan() {
    this.shown.state();
    clearTimeout(this.#timer);
    if (this.#conflict !== null) this.local.keep(this.#record());
    else if (!this.isSaved) this.#timer = setTimeout(() => this.save(), SAVE_AFTER);
  }

  #record() {
    return { etag: this.#etag, based_on: this.#base, cues: sentOf(this.work.cues), heads: this.work.heads };
  }

  async #saveAll() {
    while (!this.isSaved) {
      const cues = this.work.cues;
      this.shown.state();
      const { etag, ...draft } = this.#record();
      const told = await this.api.save(draft, etag);
      if (told.trouble === null) {
        this.#etag = told.body.etag;
        this.#saved = cues;
        this.local.forget();
        this.shown.trouble(null, "");
        this.shown.checked(cues, told.body.warnings);
      } else if (told.trouble === "conflict") {
        if (!(await this.#meet("draft"))) return false;
      } else if (!(await this.#overcome(told))) return false;
    }
    return true;
  }

  /** @param {{trouble: Trouble, why: string, pause: number}} told @returns {Promise<boolean>} whether to try again */
  async #overcome({ trouble, why, pause }) {
    if (this.api.signal.aborted) return false;
    this.local.keep(this.#record());
    this.shown.trouble(trouble, why);
    try {
      if (trouble === "away") await pauseFor(pause, this.api.signal);
      else if (trouble === "signed_out") await signedInAgain(this.api.signal);
      else return false;
    } catch {
      return false;
    }
    return true;
  }

  /** @returns {Promise<boolean>} */
  async #publish() {
    const shown = this.work.cues.filter(isShown);
    const told = await this.api.publish(fileOf(shown, this.work.heads), this.#base);
    if (told.trouble === "conflict") {
      return (await this.#meet("track")) && this.#publish();
    }
    if (told.trouble !== null) return (await this.#overcome(told)) && this.#publish();
    this.#base = told.body.caption.etag;
    this.origin = told.body.caption.origin;
    const gone = this.#etag === null ? null : await this.api.discard(this.#etag);
    // A draft that could not be deleted says the same, and is passed over when it is opened.
    if (!gone?.trouble) this.#etag = null;
    this.shown.trouble(null, "");
    return true;
  }

  /** @param {Trouble} trouble @param {string} why */
  #fail(trouble, why) {
    this.shown.trouble(trouble, why);
    return null;
  }
}
