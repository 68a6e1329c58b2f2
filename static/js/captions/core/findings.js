/**
 * What the quality gate has said of cues. It says it of a cue as it was beside the one behind it: where either is
 * another by now, it is asked again.
 */

/** @typedef {import("./cues.js").Cue} Cue */
/** @typedef {import("./cues.js").Sent} Sent */
/** @typedef {{cue: number | null, at: number, rule: string, detail: string, fix?: Sent[]}} Warning `cue` from 1 */
/** @typedef {{cue: Cue, next: Cue | undefined, warnings: Warning[]}} Known */

const MOST_AT_ONCE = 60;

export class Findings {
  /** @type {Map<number, Known>} */
  #known = new Map();
  /** What concerns all of the track. @type {Warning[]} */
  ofTrack = [];

  /** @param {Cue} cue @returns {Warning[]} what was said last, which may be of how the cue was before */
  of({ key }) {
    return this.#known.get(key)?.warnings ?? [];
  }

  /** Whether what is known is about the cue as it is. @param {Cue[]} cues @param {number} at */
  isFresh(cues, at) {
    const known = this.#known.get(/** @type {Cue} */ (cues[at]).key);
    return known !== undefined && known.cue === cues[at] && known.next === cues[at + 1];
  }

  /** Take in what was said of all cues. @param {Cue[]} cues @param {Warning[]} warnings */
  takeAll(cues, warnings) {
    this.#known = new Map();
    this.ofTrack = warnings.filter(({ cue }) => cue === null);
    this.#take(
      cues,
      cues.map((_, at) => at),
      warnings,
    );
  }

  /**
   * Which cues are to be asked about, each with the one behind it; nothing where all of the track has to be.
   * @param {Cue[]} cues @returns {{targets: number[], sent: number[]}} places
   */
  wanting(cues) {
    const targets = cues.flatMap((_, at) => (this.isFresh(cues, at) ? [] : [at]));
    if (targets.length > MOST_AT_ONCE) return { targets: [], sent: [] };
    const sent = new Set(targets.flatMap((at) => (at + 1 < cues.length ? [at, at + 1] : [at])));
    return { targets, sent: [...sent].sort((one, other) => one - other) };
  }

  /**
   * Take in what was said of some.
   * @param {Cue[]} cues as they were when it was asked @param {{targets: number[], sent: number[]}} asked
   * @param {Warning[]} warnings
   */
  takeSome(cues, { targets, sent }, warnings) {
    const wanted = new Set(targets);
    const placed = warnings.flatMap((each) => {
      const at = each.cue === null ? undefined : sent[each.cue - 1];
      return at !== undefined && wanted.has(at) ? [{ ...each, cue: at + 1 }] : [];
    });
    this.#take(cues, targets, placed);
  }

  /** @param {Cue[]} cues @param {number[]} places @param {Warning[]} warnings */
  #take(cues, places, warnings) {
    /** @type {Map<number | null, Warning[]>} */
    const said = new Map();
    for (const each of warnings) said.set(each.cue, [...(said.get(each.cue) ?? []), each]);
    for (const at of places) {
      const cue = /** @type {Cue} */ (cues[at]);
      this.#known.set(cue.key, { cue, next: cues[at + 1], warnings: said.get(at + 1) ?? [] });
    }
  }
}
