/**
 * What changes on the server, told to the parts of the page that show it: by one event stream for each page, and by
 * asking from time to time where there is no room for one more stream. Nobody is told while the page is not seen; what
 * was missed is told when it is seen again.
 *
 *     onChange("video", (id, change) => { if (id === null || id === mine) showAgain(); });
 */
import { eventsOf, pauseAfter } from "./core/stream.js";

/**
 * @typedef {object} Work how far a job is
 * @property {string} kind
 * @property {"queued" | "running" | "done" | "failed" | "cancelled"} state
 * @property {number} progress from 0 to 1
 * @property {string} job
 * @property {string | null} video
 * @property {string | null} error
 */
/** @typedef {{type: string, kind: string, id: string, at: string, work?: Work}} Change */
/**
 * @callback Told
 * @param {string | null} id null when anything of that kind may have changed
 * @param {Change | null} change
 */

/** What the server tells; a browser hears only of what it is asked to listen for. */
const NAMES = [
  "video.uploaded",
  "video.changed",
  "video.trashed",
  "video.restored",
  "video.held",
  "video.released",
  "video.purged",
  "video.adopted",
  "video.missing",
  "video.hidden",
  "video.processing",
  "video.processing.started",
  "video.processing.completed",
  "video.processing.failed",
  "clip.created",
  "captions.changed",
  "sign.changed",
  "tier.changed",
  "job.changed",
];
const RESET = "reset";
const ADDRESS = "/api/events";
/** A browser has only a few connections to one server: tabs that nobody looks at keep none. */
const HIDDEN_MS = 10_000;
const STREAM_AGAIN_MS = 120_000;

/** @type {Map<string, Set<Told>>} */
const told = new Map();
/** When the page was made, by the server's clock in milliseconds. */
const made = document.body.dataset.made ?? "";
/** What happened so long before that is in the page already. */
const SURELY_SHOWN_MS = 500;
/** How far we have been told. */
let reached = made;
/** @type {EventSource | null} */
let source = null;
/** @type {AbortController | null} */
let asking = null;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let hiding;

/**
 * Be told of each change of one kind, `video` or `job`. @param {string} kind @param {Told} call
 * @returns {() => void} ends it
 */
export function onChange(kind, call) {
  const calls = told.get(kind) ?? new Set();
  told.set(kind, calls.add(call));
  return () => calls.delete(call);
}

/** Begin to listen. */
export function mountChanges() {
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hiding);
    if (document.hidden) hiding = setTimeout(stop, HIDDEN_MS);
    else start();
  });
  window.addEventListener("pagehide", stop);
  window.addEventListener("pageshow", start);
  start();
}

function start() {
  if (document.hidden || source !== null || asking !== null) return;
  listen();
}

function stop() {
  source?.close();
  source = null;
  asking?.abort();
  asking = null;
}

function listen() {
  const mine = (source = new EventSource(addressAfter(reached)));
  for (const name of [...NAMES, RESET]) {
    mine.addEventListener(name, (event) => take(name, event.data, event.lastEventId));
  }
  mine.addEventListener("error", () => {
    // Where the connection broke the browser tries again by itself; where it was refused it does not.
    if (mine.readyState !== EventSource.CLOSED || source !== mine) return;
    source = null;
    void ask();
  });
}

/** Ask from time to time, until it is time to try a stream again. */
async function ask() {
  const mine = (asking = new AbortController());
  const until = Date.now() + STREAM_AGAIN_MS;
  for (let quiet = 0; Date.now() < until; quiet += 1) {
    await new Promise((resolve) => setTimeout(resolve, pauseAfter(quiet)));
    if (mine.signal.aborted) return;
    const response = await fetch(addressAfter(reached, "once"), { signal: mine.signal }).catch(() => null);
    const text = response?.ok ? await response.text().catch(() => "") : "";
    if (mine.signal.aborted) return;
    const { events, last } = eventsOf(text);
    for (const { name, data, id } of events) take(name, data, id);
    reached = last ?? reached;
    if (events.length > 0) quiet = -1;
  }
  asking = null;
  start();
}

/** @param {string} position @param {string} [flag] */
function addressAfter(position, flag) {
  const query = [flag, position && `after=${encodeURIComponent(position)}`].filter(Boolean).join("&");
  return query ? `${ADDRESS}?${query}` : ADDRESS;
}

/** @param {string} name @param {string} data @param {string} id */
function take(name, data, id) {
  reached = id || reached;
  if (name === RESET) {
    for (const calls of told.values()) for (const call of calls) call(null, null);
    return;
  }
  /** @type {Change} */
  const change = JSON.parse(data);
  if (Date.parse(change.at) < Number(made) - SURELY_SHOWN_MS) return;
  for (const call of told.get(change.kind) ?? []) call(change.id, change);
}
