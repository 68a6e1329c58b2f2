/** Which upload may run when, and what all of them together are: pure, so that it can be tested without a browser. */

/**
 * `asleep` is an upload of an earlier visit whose file is not at hand; `refused` one that can never become a video.
 * @typedef {"waiting" | "running" | "finishing" | "paused" | "failed" | "asleep" | "stored" | "refused" | "cancelled"}
 * State
 */

/** From which state an upload may go where. @type {Record<State, State[]>} */
const NEXT = {
  waiting: ["running", "paused", "cancelled"],
  running: ["finishing", "paused", "failed", "refused", "cancelled", "stored"],
  finishing: ["running", "stored", "failed", "refused", "cancelled"],
  paused: ["waiting", "cancelled"],
  failed: ["waiting", "cancelled"],
  asleep: ["waiting", "stored", "cancelled"],
  stored: [],
  refused: [],
  cancelled: [],
};

const UNDERWAY = new Set(["running", "finishing"]);
const COUNTED = new Set(["waiting", "running", "finishing", "paused", "failed", "stored"]);

/** @param {State} from @param {State} to */
export function mayBecome(from, to) {
  return NEXT[from].includes(to);
}

/**
 * Those that may start now, in order.
 * @template {{state: State}} T
 * @param {T[]} uploads @param {number} atOnce @returns {T[]}
 */
export function startable(uploads, atOnce = 3) {
  const busy = uploads.filter(({ state }) => UNDERWAY.has(state)).length;
  return uploads.filter(({ state }) => state === "waiting").slice(0, Math.max(0, atOnce - busy));
}

/** Whether leaving the page would interrupt something. @param {{state: State}[]} uploads */
export function isBusy(uploads) {
  return uploads.some(({ state }) => state === "waiting" || UNDERWAY.has(state));
}

/**
 * What the uploads are doing, taken together: the first of these words that is true.
 * @param {{state: State, isInterrupted: boolean, isSignedOut: boolean}[]} uploads @param {boolean} isOnline
 * @returns {"none" | "offline" | "sending" | "finishing" | "signed_out" | "interrupted" | "paused" | "failed" |
 * "stored"}
 */
export function activity(uploads, isOnline) {
  const some = (/** @type {State} */ wanted) => uploads.some(({ state }) => state === wanted);
  if (isBusy(uploads)) {
    if (!isOnline) return "offline";
    const goes = uploads.filter(({ isInterrupted }) => !isInterrupted).map(({ state }) => state);
    if (goes.includes("running")) return "sending";
    if (goes.includes("finishing")) return "finishing";
    if (uploads.some(({ isSignedOut }) => isSignedOut)) return "signed_out";
    return some("running") || some("finishing") ? "interrupted" : "sending";
  }
  if (some("paused")) return "paused";
  if (some("failed")) return "failed";
  return some("stored") ? "stored" : "none";
}

/**
 * What all uploads are together, but for those that will never be videos.
 * @param {{state: State, sent: number, size: number}[]} uploads
 */
export function total(uploads) {
  const counted = uploads.filter(({ state }) => COUNTED.has(state));
  return {
    count: counted.length,
    stored: counted.filter(({ state }) => state === "stored").length,
    sent: counted.reduce((sum, { state, sent, size }) => sum + (state === "stored" ? size : sent), 0),
    size: counted.reduce((sum, { size }) => sum + size, 0),
  };
}

/**
 * Whether two files are the same one, as far as can be told without reading them.
 * @param {{name: string, size: number, lastModified: number}} one
 * @param {{name: string, size: number, lastModified: number}} other
 */
export function sameFile(one, other) {
  return one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
}
