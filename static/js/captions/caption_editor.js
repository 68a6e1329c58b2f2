/** The editor of one track: what its buttons and keys do to the words, and how all its parts hang together. */
import { t } from "../site/core/texts.js";
import { isField } from "../site/actions.js";
import { ask } from "../site/confirm_dialog.js";
import { forgetPages } from "../site/navigation.js";
import { announce, toast } from "../site/toast.js";
import { togglePlaying } from "../playback/moves.js";
import { download, hideConflict, showConflict, showTrouble } from "./conflict_panel.js";
import { change, cueOf, insert, isShown, mend, merge, nudge, remove, SHORTEST, split, trust } from "./core/cues.js";
import { fileOf } from "./core/file.js";
import { CueFields } from "./cue_fields.js";
import { CueList } from "./cue_list.js";
import { DraftKeeper } from "./draft_keeper.js";
import { EditorFind } from "./editor_find.js";
import { meaningOf } from "./editor_keys.js";
import { showState, showWhatIsNoted } from "./editor_state.js";
import { EditorWork } from "./editor_work.js";
import { LiveGate } from "./live_gate.js";
import { LocalCopy } from "./local_copy.js";
import { Preview } from "./preview.js";

/** @typedef {import("./draft_api.js").Opened} Opened */
/** @typedef {import("./core/cues.js").Done} Done */

const STEP = 100;

export class CaptionEditor {
  /** What buttons and keys do, by their names. @type {Record<string, () => unknown>} */
  #deeds = {
    play: () => this.work.cue && this.preview.play(this.work.cue),
    toggle: () => togglePlaying(this.preview.video),
    split: () => this.#do("split", split(this.work.cues, this.work.key, this.#where), "text"),
    merge: () => this.#do("merge", merge(this.work.cues, this.work.key)),
    insert: () => this.#do("insert", insert(this.work.cues, this.preview.moment), "text"),
    remove: () => this.#do("remove", remove(this.work.cues, this.work.key), "line"),
    trust: () => this.#do("trust", trust(this.work.cues, this.work.key)),
    fix: () => this.#mend(this.work.key),
    undo: () => this.#back(this.work.undo(), "caption_editor.undone"),
    redo: () => this.#back(this.work.redo(), "caption_editor.redone"),
    save: () => this.keeper.save(),
    find: () => (this.find.form.hidden ? this.find.open() : this.find.close()),
    write: () => this.list.focus("text"),
    leave: () => this.list.focus("line"),
    publish: () => this.#publish(),
    discard: () => this.#discard(),
    download: () => this.#download("mine"),
    "next-warning": () => this.#look(1),
    "previous-warning": () => this.#look(-1),
    "cue-before": () => this.#walk(this.work.place - 1),
    "cue-behind": () => this.#walk(this.work.place + 1),
    "first-cue": () => this.#walk(0),
    "last-cue": () => this.#walk(this.work.cues.length - 1),
    earlier: () => this.#turn(-1),
    later: () => this.#turn(1),
    "start-here": () => this.#end("start"),
    "end-here": () => this.#end("end"),
    "earlier-by-a-step": () => this.#nudge({ start: -STEP, end: -STEP }),
    "later-by-a-step": () => this.#nudge({ start: STEP, end: STEP }),
    "end-earlier": () => this.#nudge({ end: -STEP }),
    "end-later": () => this.#nudge({ end: STEP }),
  };

  /**
   * @param {HTMLElement} place @param {HTMLVideoElement} video @param {import("./draft_api.js").DraftApi} api
   * @param {Opened} opened
   */
  constructor(place, video, api, opened) {
    this.place = place;
    this.work = new EditorWork(opened.cues.map(cueOf), opened.heads);
    this.gate = new LiveGate(this.work, api, () => this.#show());
    this.fields = new CueFields(this.work, Number(place.dataset.mostLine));
    this.list = new CueList(place, this.work, this.gate.findings, this.fields);
    this.preview = new Preview(this.work, video, place.dataset.language ?? "");
    const { id = "", language = "", kind = "" } = place.dataset;
    const local = new LocalCopy(`${id}.${language}-${kind}`);
    this.keeper = new DraftKeeper(this.work, api, opened, this.#shown(), local);
    this.find = new EditorFind(place, this.work, () => this.list.focus("line"));
    this.work.on(() => this.#show());
    place.addEventListener("click", (event) => this.#click(event));
    this.fields.offerSpeakers(this.work.cues);
    this.gate.take(this.work.cues, opened.warnings);
    showState(place, this.keeper, this.work);
    this.#bringBack(local.find(), opened);
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (!this.place.isConnected || document.querySelector("dialog[open], :popover-open")) return;
    const target = event.target instanceof Element ? event.target : document.body;
    if (target.closest("[data-stage], .bar, .rail") && !event.ctrlKey && !event.metaKey) return;
    const name = meaningOf(event, {
      isLine: target.matches(".cue-line"),
      isField: isField(target),
      isMac: /mac/i.test(navigator.platform),
    });
    const deed = name === undefined ? undefined : this.#deeds[name];
    if (deed === undefined) return;
    // Other fields than those of a cue have an undo of their own, and are left in their own way.
    const isElsewhere = isField(target) && !target.closest(".cue-list");
    if (isElsewhere && ["leave", "undo", "redo"].includes(name ?? "")) return;
    event.preventDefault();
    event.stopPropagation();
    deed();
  }

  /** @param {MouseEvent} event */
  #click({ target }) {
    if (!(target instanceof HTMLElement || target instanceof SVGElement)) return;
    const [key, line] = [this.list.keyOf(target), target.closest(".cue-line")];
    const fix = target.closest("[data-fix]");
    const settle = target.closest("[data-settle]");
    const button = target.closest("[data-do]");
    if (fix instanceof HTMLElement && key !== undefined) this.#mend(key, fix.dataset.fix);
    else if (settle instanceof HTMLElement) this.#settle(settle.dataset.settle ?? "");
    else if (button instanceof HTMLElement && button.ariaDisabled !== "true") this.#deeds[button.dataset.do ?? ""]?.();
    else if (line && key !== undefined) this.#goTo(key, "text");
  }

  /** @returns {import("./draft_keeper.js").Shown} */
  #shown() {
    return {
      state: () => showState(this.place, this.keeper, this.work),
      trouble: (trouble, why) => showTrouble(this.place, trouble, why),
      conflict: (conflict) => {
        this.conflict = conflict;
        showConflict(this.place, conflict, this.work.cues);
      },
      checked: (cues, warnings) => cues === this.work.cues && this.gate.take(cues, warnings),
    };
  }

  #show() {
    this.list.show();
    showWhatIsNoted(this.place, this.gate, this.work);
  }

  /** @param {string} name @param {Done} result @param {"line" | "text"} [focus] */
  #do(name, result, focus) {
    const { cues } = this.work;
    this.work.act(name, result);
    if (focus && cues !== this.work.cues) this.list.focus(focus);
    if (name === "split" && cues !== this.work.cues) this.fields.text.setSelectionRange(0, 0);
  }

  /** @param {{start?: number, end?: number}} by */
  #nudge(by) {
    this.work.act("nudge", nudge(this.work.cues, this.work.key, by), true);
    if (this.work.cue) this.preview.show(by.start === undefined ? this.work.cue.end - 1 : this.work.cue.start);
  }

  /** Where a cue is to be split: at the caret, and where the film is. */
  get #where() {
    return { caret: this.fields.caret, moment: this.preview.moment };
  }

  /** Let a cue begin, or end, where the film is. @param {"start" | "end"} end */
  #end(end) {
    const { cue, cues, key } = this.work;
    if (cue === undefined) return;
    const { moment } = this.preview;
    const least = end === "start" ? Math.min(moment, cue.end - SHORTEST) : Math.max(moment, cue.start + SHORTEST);
    this.work.act("nudge", change(cues, key, { [end]: Math.max(0, least) }));
  }

  /** @param {number} key @param {"line" | "text"} focus */
  #goTo(key, focus) {
    const isOther = key !== this.work.key;
    this.work.select(key);
    this.list.focus(focus);
    if (isOther && this.work.cue && this.preview.video.paused) this.preview.show(this.work.cue.start);
  }

  /** @param {number} place */
  #walk(place) {
    const cue = this.work.cues[Math.max(0, Math.min(place, this.work.cues.length - 1))];
    if (cue) this.#goTo(cue.key, "line");
  }

  /** @param {1 | -1} way */
  #turn(way) {
    const cue = this.list.turned(way);
    if (cue) this.#goTo(cue.key, "line");
  }

  /** @param {1 | -1} way */
  #look(way) {
    const cue = this.gate.next(this.work.place, way);
    if (cue) this.#goTo(cue.key, "line");
    else announce(t("caption_editor.no_warnings"));
  }

  /** @param {number} key @param {string} [rule] */
  async #mend(key, rule) {
    const fix = await this.gate.fixOf(key, rule);
    if (fix === undefined) return;
    this.work.act("fix", mend(this.work.cues, key, fix));
    this.list.focus("line");
  }

  /** @param {string | undefined} name @param {string} sentence */
  #back(name, sentence) {
    if (name === undefined) return;
    announce(t(sentence, { what: t(`caption_editor.steps.${name}`) }));
    if (!isField(document.activeElement)) this.list.focus("line");
  }

  async #publish() {
    const { cues, key } = this.work;
    const shown = cues.filter(isShown);
    if (shown.length === 0) return toast(t("caption_editor.nothing_to_publish"));
    const count = cues.length - shown.length;
    const question = { sentence: t("caption_editor.left_out", { count }), act: t("caption_editor.publish") };
    if (count > 0 && !(await ask({ title: t("caption_editor.left_out_title"), ...question }))) return;
    this.work.act("remove", { cues: count > 0 ? shown : cues, key: shown.find((cue) => cue.key === key)?.key ?? 0 });
    if (!(await this.keeper.publish())) return;
    forgetPages();
    toast(t("caption_editor.published"));
  }

  async #discard() {
    const [title, sentence] = [t("caption_editor.discard_title"), t("caption_editor.discard_why")];
    if (!(await ask({ title, sentence, act: t("caption_editor.discard") }))) return;
    const opened = await this.keeper.discard();
    if (opened === null) return;
    const cues = opened.cues.map(cueOf);
    this.work.act("taken", { cues, key: cues[0]?.key ?? 0 });
    this.keeper.settle();
    this.gate.take(cues, opened.warnings);
  }

  /** @param {string} how */
  #settle(how) {
    if (how === "download-mine" || how === "download-theirs") return this.#download(how.replace("download-", ""));
    if (how === "mine") this.keeper.keepMine();
    else {
      const cues = this.keeper.takeTheirs();
      this.work.act("taken", { cues, key: cues[0]?.key ?? 0 });
      this.keeper.settle();
    }
    hideConflict(this.place);
    this.conflict = undefined;
    this.list.focus("line");
  }

  /** @param {string} whose */
  #download(whose) {
    const cues = whose === "theirs" ? (this.conflict?.cues ?? []) : this.work.cues;
    download(fileOf(cues, this.work.heads), `${this.place.dataset.language}-${whose}.vtt`);
  }

  /** @param {import("./local_copy.js").Kept | null} kept @param {Opened} opened */
  async #bringBack(kept, opened) {
    if (kept) {
      this.keeper.begin(kept.cues.map(cueOf), kept.etag);
      toast(t("caption_editor.back_again"));
    }
    await this.keeper.compare(opened);
  }
}
