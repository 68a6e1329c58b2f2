/** Which upload may run when: pure, so that it can be tested without a browser. */

/** @typedef {"waiting" | "running" | "finishing" | "paused" | "failed" | "stored" | "cancelled"} State */

/** From which state an upload may go where. @type {Record<State, State[]>} */
const NEXT = {
  waiting: ["running", "paused", "cancelled"],
  running: ["finishing", "paused", "failed", "cancelled", "stored"],
  finishing: ["stored", "failed", "cancelled"],
  paused: ["waiting", "cancelled"],
  failed: ["waiting", "cancelled"],
  stored: [],
  cancelled: [],
};

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
  const busy = uploads.filter(({ state }) => state === "running" || state === "finishing").length;
  return uploads.filter(({ state }) => state === "waiting").slice(0, Math.max(0, atOnce - busy));
}

/** Whether leaving the page would interrupt something. @param {{state: State}[]} uploads */
export function isBusy(uploads) {
  return uploads.some(({ state }) => state === "waiting" || state === "running" || state === "finishing");
}

/**
 * Whether two files are the same one, as far as can be told without reading them.
 * @param {{name: string, size: number, lastModified: number}} one
 * @param {{name: string, size: number, lastModified: number}} other
 */
export function sameFile(one, other) {
  return one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
}
