/** The two ways in for a file's bytes, behind the few words that the queue needs. */
import { DirectUpload } from "./direct.js";
import { ResumableUpload, arrived, terminate, videoOf } from "./tus.js";

/** @typedef {import("./direct.js").DirectState} DirectState */
/**
 * What a later page needs to go on.
 * @typedef {{door: "tus", url: string} | {door: "direct", state: DirectState}} Memory
 */
/**
 * @typedef {object} Handlers
 * @property {(sent: number) => void} progress bytes
 * @property {() => void} finishing all bytes are sent; the server has not said yet that they are stored
 * @property {(what: {reason: string, arrived: number}) => void} waiting something failed that will be tried again: the
 * server's sentence, or nothing, and the bytes that it has
 * @property {(arrived: number) => void} signedOut it goes on when somebody has signed in; the bytes that the server has
 * @property {(memory: Memory) => void} kept
 * @property {(video: any) => void} stored null when the server did not say which video
 * @property {(reason: string, how: {final: boolean}) => void} failed
 */
/**
 * @typedef {object} Door
 * @property {() => void} start begins, or goes on
 * @property {() => void} pause what has arrived stays
 * @property {() => Promise<void>} cancel what has arrived is deleted
 */

/** Storage that lets no page in will not let the next file in either. */
let isBlocked = false;

/**
 * @param {File} file
 * @param {{memory: Memory | null, title: string, mode: "proxy" | "direct", handlers: Handlers}} options
 * @returns {Door}
 */
export function openDoor(file, { memory, title, mode, handlers }) {
  const throughServer = () =>
    new ResumableUpload(file, { url: memory?.door === "tus" ? memory.url : null, title, handlers });
  if (memory?.door === "tus" || (memory === null && (mode === "proxy" || isBlocked))) return throughServer();
  const state = memory?.door === "direct" ? memory.state : null;
  let door = straight(file, { state, title, handlers, otherwise });
  return { start: () => door.start(), pause: () => door.pause(), cancel: () => door.cancel() };

  function otherwise() {
    isBlocked = true;
    door.cancel();
    door = throughServer();
    door.start();
  }
}

/**
 * How much of it the server or storage has; null when it has ended.
 * @param {Memory} memory @returns {Promise<number | null>}
 */
export function arrivedOf(memory) {
  return memory.door === "tus" ? arrived(memory.url) : new DirectUpload({ state: memory.state }).reached();
}

/**
 * The video of an upload of which everything has arrived: its page closed before it could hear of that.
 * @param {Memory} memory
 */
export function outcomeOf(memory) {
  return memory.door === "tus" ? videoOf(null, memory.url) : new DirectUpload({ state: memory.state }).conclude();
}

/** End an upload whose file is not at hand. @param {Memory} memory */
export async function giveUp(memory) {
  if (memory.door === "tus") await terminate(memory.url);
  else await new DirectUpload({ state: memory.state }).cancel();
}

/**
 * @param {File} file
 * @param {{state: DirectState | null, title: string, handlers: Handlers, otherwise: () => void}} options
 * @returns {Door}
 */
function straight(file, { state, title, handlers, otherwise }) {
  let upload = new DirectUpload({ state, title: title || null });
  /** @type {import("./direct.js").Listener} */
  const listener = {
    onState: (kept) => handlers.kept({ door: "direct", state: kept }),
    onProgress: ({ sent, finishing }) => {
      handlers.progress(sent);
      if (finishing) handlers.finishing();
    },
    onWaiting: (reason) => handlers.waiting({ reason, arrived: upload.sent }),
    onSignedOut: () => handlers.signedOut(upload.sent),
    onDone: (video) => handlers.stored(video),
    onError: (error) => {
      if (error.kind === "blocked") otherwise();
      else if (error.kind === "gone") begin({ anew: true });
      else handlers.failed(error.message, { final: error.kind === "refused" });
    },
  };

  /** @param {{anew?: boolean}} [options] */
  function begin({ anew = false } = {}) {
    if (anew) upload = new DirectUpload({ title: title || null });
    upload.start(file, listener);
  }

  return { start: () => begin(), pause: () => upload.pause(), cancel: () => upload.cancel() };
}
