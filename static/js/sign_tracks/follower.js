/** Has a sign video follow its film: what `core/sync.js` decides, done to two players. */
import { Median, Positions } from "./core/positions.js";
import { Sync } from "./core/sync.js";

const LOOK_EVERY = 100;
const SAME_SPEED = 0.01;
const EVENTS = ["play", "pause", "seeking", "seeked", "waiting", "playing", "canplay", "ended", "ratechange"];

/** @typedef {import("./core/sync.js").Step} Step */

/** One film and its sign video, until `stop`. */
export class Follower {
  /**
   * @param {HTMLVideoElement} film @param {HTMLVideoElement} sign @param {number} offset
   * @param {(step: Step) => void} tell told what is done, many times a second
   */
  constructor(film, sign, offset, tell) {
    this.film = film;
    this.sign = sign;
    this.tell = tell;
    this.sync = new Sync(offset);
    this.median = new Median();
    this.frames = new Map([film, sign].map((video) => [video, new Positions()]));
    this.held = false;
    this.stopping = new AbortController();
    const { signal } = this.stopping;
    for (const video of [film, sign]) {
      for (const name of EVENTS) video.addEventListener(name, () => this.look(), { signal });
      video.addEventListener("seeking", () => this.#forget(video), { signal });
      this.#watchFrames(video);
    }
    // A person who presses play while the film waits wants to go on.
    film.addEventListener("play", () => this.held && this.#goOn(), { signal, capture: true });
    document.addEventListener("visibilitychange", () => this.look(), { signal });
    const timer = setInterval(() => this.look(), LOOK_EVERY);
    signal.addEventListener("abort", () => clearInterval(timer));
    this.look();
  }

  /** Let both go their own ways: the film as the person has it, the sign video standing. */
  stop() {
    this.stopping.abort();
    this.#hold(false);
    this.sign.pause();
  }

  /** See where both are, and do what follows. */
  look() {
    if (this.stopping.signal.aborted) return;
    const { film, sign } = this;
    const at = performance.now() / 1000;
    const [filmPlace, signPlace] = this.#places(at);
    const isHidden = document.visibilityState === "hidden";
    const step = this.sync.next({
      at,
      playing: (this.held || !film.paused) && !film.ended,
      rate: film.playbackRate,
      film: filmPlace,
      filmReady: isReady(film),
      sign: signPlace,
      // What nobody looks at holds nothing up.
      signReady: isReady(sign) || isHidden,
      end: sign.duration || Infinity,
    });
    this.#do(step);
    this.tell(step);
  }

  /** @param {Step} step */
  #do({ play, rate, seek, hold }) {
    const { sign } = this;
    if (seek !== null && !sign.seeking) sign.currentTime = seek;
    if (Math.abs(sign.playbackRate - rate) > SAME_SPEED) sign.playbackRate = rate;
    if (play && sign.paused)
      sign.play().catch(() => undefined); // It is silent; what still forbids it, shows.
    else if (!play && !sign.paused) sign.pause();
    this.#hold(hold);
  }

  /** @param {boolean} hold */
  #hold(hold) {
    if (hold === this.held) return;
    this.held = hold;
    if (hold) this.film.pause();
    else if (this.film.paused) this.film.play().catch(() => undefined);
  }

  #goOn() {
    this.held = false;
    this.sync.goOn();
  }

  /** Where both are: by their frames where both tell by them, else as the players say. @param {number} at */
  #places(at) {
    const [film, sign] = [this.film, this.sign].map((video) =>
      video.paused || video.seeking ? null : (this.frames.get(video)?.at(at, video.playbackRate) ?? null),
    );
    if (film === null || sign === null) {
      this.median.forget();
      return [this.film.currentTime, this.sign.currentTime];
    }
    return [film, film + this.median.of(sign - film)];
  }

  /** @param {HTMLVideoElement} video */
  #forget(video) {
    this.frames.get(video)?.forget();
    this.median.forget();
  }

  /** @param {HTMLVideoElement} video */
  #watchFrames(video) {
    if (!("requestVideoFrameCallback" in video)) return;
    /** @param {number} _ @param {VideoFrameCallbackMetadata} frame */
    const show = (_, { expectedDisplayTime, mediaTime }) => {
      if (this.stopping.signal.aborted) return;
      this.frames.get(video)?.show(expectedDisplayTime / 1000, mediaTime);
      this.look();
      video.requestVideoFrameCallback(show);
    };
    video.requestVideoFrameCallback(show);
  }
}

/** Whether it can go on from where it is. @param {HTMLVideoElement} video */
function isReady(video) {
  return !video.seeking && video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA;
}
