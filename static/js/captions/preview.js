/** What is written, as the player shows it: a track of its own that follows each change. */
import { isShown, placeAt } from "./core/cues.js";

/** @typedef {import("./core/cues.js").Cue} Cue */

/** Milliseconds before and after the film's place in which cues are given to the player. */
const [BEFORE, AFTER] = [60_000, 120_000];
const MOVED = 30_000;

export class Preview {
  /** @type {Map<number, {cue: Cue, shown: VTTCue}>} */
  #given = new Map();
  #at = -Infinity;
  #request = 0;

  /** @param {import("./editor_work.js").EditorWork} work @param {HTMLVideoElement} video @param {string} language */
  constructor(work, video, language) {
    this.work = work;
    this.video = video;
    for (const track of video.textTracks) track.mode = "disabled";
    this.track = video.addTextTrack("captions", "", language);
    this.track.mode = "showing";
    work.on(({ cues }) => cues && this.#give());
    for (const name of ["timeupdate", "seeking", "loadedmetadata"])
      video.addEventListener(name, () => Math.abs(this.moment - this.#at) > MOVED && this.#give());
    this.#give();
  }

  /** Where the film is, in milliseconds. */
  get moment() {
    return Math.round(this.video.currentTime * 1000);
  }

  /** Show a moment without playing. @param {number} moment */
  show(moment) {
    cancelAnimationFrame(this.#request);
    this.video.currentTime = moment / 1000;
  }

  /** Play a cue from its beginning to its end. @param {Cue} cue */
  play({ start, end }) {
    this.show(start);
    this.video.play().catch(() => undefined); // Why it cannot is said by the player.
    const stop = () => {
      if (this.moment >= end) this.video.pause();
      else if (this.video.isConnected) this.#request = requestAnimationFrame(stop);
    };
    // The film may still be where it was.
    const begin = () => {
      this.#request = requestAnimationFrame(stop);
    };
    if (this.video.seeking) this.video.addEventListener("seeked", begin, { once: true });
    else begin();
  }

  #give() {
    this.#at = this.moment;
    const { cues } = this.work;
    const from = Math.max(0, placeAt(cues, this.#at - BEFORE));
    const wanted = new Map(cues.slice(from, placeAt(cues, this.#at + AFTER) + 1).map((cue) => [cue.key, cue]));
    for (const [key, { cue, shown }] of this.#given) {
      if (wanted.get(key) === cue) continue;
      this.track.removeCue(shown);
      this.#given.delete(key);
    }
    for (const [key, cue] of wanted) {
      if (this.#given.has(key) || !isShown(cue)) continue;
      const shown = placed(new VTTCue(cue.start / 1000, cue.end / 1000, cue.text), cue.settings);
      this.track.addCue(shown);
      this.#given.set(key, { cue, shown });
    }
  }
}

/** A cue where its settings say, as far as a browser understands them. @param {VTTCue} cue @param {string} settings */
function placed(cue, settings) {
  for (const [, name, value = ""] of settings.matchAll(/(\w+):(\S+)/g)) {
    const [first = "", align = ""] = value.split(",");
    try {
      if (name === "line") {
        cue.snapToLines = !first.endsWith("%");
        cue.line = parseFloat(first);
      } else if (name === "position") cue.position = parseFloat(first);
      else if (name === "size") cue.size = parseFloat(first);
      else if (name === "align") cue.align = /** @type {AlignSetting} */ (first);
      else if (name === "vertical") cue.vertical = /** @type {DirectionSetting} */ (first);
      if (name === "position" && align) cue.positionAlign = /** @type {PositionAlignSetting} */ (align);
    } catch {
      // It is shown in the usual place.
    }
  }
  return cue;
}
