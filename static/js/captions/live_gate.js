/** Asks the quality gate about what has just been written, and the suggestion that mends it. */
import { sentOf } from "./core/cues.js";
import { Findings } from "./core/findings.js";

/** @typedef {import("./core/cues.js").Cue} Cue */
/** @typedef {import("./core/findings.js").Warning} Warning */

const ASK_AFTER = 250;

export class LiveGate {
  findings = new Findings();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {import("./editor_work.js").EditorWork} work @param {import("./draft_api.js").DraftApi} api
   * @param {() => void} show
   */
  constructor(work, api, show) {
    this.work = work;
    this.api = api;
    this.show = show;
    work.on(({ cues }) => {
      if (!cues) return;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#ask(), ASK_AFTER);
    });
  }

  /** What was said of all cues as they were. @param {Cue[]} cues @param {Warning[]} warnings */
  take(cues, warnings) {
    this.findings.takeAll(cues, warnings);
    this.show();
  }

  /** Whether somebody has to look at a cue. @param {Cue} cue */
  isNoted(cue) {
    return cue.text.includes("<c.low>") || this.findings.of(cue).length > 0;
  }

  /** The next cue to look at from a place on, round the end. @param {number} from @param {1 | -1} way */
  next(from, way) {
    const { cues } = this.work;
    for (let step = 1; step <= cues.length; step += 1) {
      const cue = cues[(from + way * step + cues.length * 2) % cues.length];
      if (cue && this.isNoted(cue)) return cue;
    }
    return undefined;
  }

  /**
   * What the gate would put in the place of a cue as it is now.
   * @param {number} key @param {string} [rule] the first one where none is named
   */
  async fixOf(key, rule) {
    clearTimeout(this.#timer);
    const place = () => this.work.cues.findIndex((cue) => cue.key === key);
    if (place() >= 0 && !this.findings.isFresh(this.work.cues, place())) await this.#ask();
    const at = place();
    const cue = this.work.cues[at];
    if (cue === undefined || !this.findings.isFresh(this.work.cues, at)) return undefined;
    return this.findings.of(cue).find((each) => each.fix && (rule === undefined || each.rule === rule))?.fix;
  }

  async #ask() {
    const { cues } = this.work;
    const asked = this.findings.wanting(cues);
    if (asked.sent.length === 0) return;
    const told = await this.api.check(sentOf(asked.sent.map((at) => /** @type {Cue} */ (cues[at]))));
    // Where it cannot be asked, what was said before stays; the draft says that nobody is there.
    if (told.trouble !== null) return;
    this.findings.takeSome(cues, asked, told.body.warnings);
    this.show();
  }
}
