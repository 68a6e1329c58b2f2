/** Sends a file straight into storage, in blocks, with a URL that fits one new blob; the server checks the result. */

import { ParallelBlocks, backOff, cutIntoBlocks, missingBlocks, verdict } from "./core/blocks.js";
import { UploadError } from "./core/upload_error.js";
import { problemText, t } from "../site/core/texts.js";
import { pauseFor } from "../site/retry_delay.js";
import { askAsOurs, signedInAgain } from "../site/session.js";

/** @typedef {import("./core/blocks.js").Block} Block */
/** @typedef {{ sent: number, total: number, finishing: boolean }} Progress in bytes */
/**
 * @typedef {object} Listener
 * @property {(progress: Progress) => void} [onProgress]
 * @property {(reason: string) => void} [onWaiting] something failed and will be tried again: the server's sentence, or
 * nothing
 * @property {() => void} [onSignedOut] it goes on when somebody has signed in
 * @property {(video: any) => void} [onDone]
 * @property {(error: UploadError) => void} [onError]
 * @property {(state: DirectState) => void} [onState] the state has changed and should be kept
 */
/**
 * What a later page needs to go on. There is no secret in it: the URL into storage is asked for anew.
 * @typedef {{ id: string, name: string, size: number, lastModified: number, blockSize: number }} DirectState
 */

const API = "/api/v1/videos";
const MOST_FAILURES = 8;
const MOST_ROUNDS = 3;
const RENEW_EARLY = 60_000;

/** One upload. `start` it once; then `pause`, `resume` and `cancel` as often as wanted. */
export class DirectUpload {
  /** @param {{ state?: DirectState | null, title?: string | null, api?: string, parallel?: number }} [options] */
  constructor({ state = null, title = null, api = API, parallel = 4 } = {}) {
    this.state = state;
    this.title = title;
    this.api = api;
    this.parallelBlocks = new ParallelBlocks({ first: parallel });
    /** @type {Listener} */
    this.listener = {};
    /** @type {File | null} */
    this.file = null;
    /** @type {AbortController | null} */
    this.running = null;
    this.url = "";
    this.renewAt = Infinity;
    this.sent = 0;
    /** @type {Map<string, number>} */
    this.underway = new Map();
    /** @type {Promise<Record<string, number>> | null} */
    this.renewing = null;
    this.hasArrived = false;
  }

  /**
   * @param {File} file
   * @param {Listener} listener
   */
  start(file, listener) {
    this.file = file;
    this.listener = listener;
    this.resume();
  }

  pause() {
    this.running?.abort();
    this.running = null;
  }

  resume() {
    if (this.running || !this.file) return;
    const running = new AbortController();
    this.running = running;
    this.run(this.file, running.signal).then(
      (video) => this.end(running, () => this.listener.onDone?.(video)),
      (error) => this.end(running, () => this.listener.onError?.(asUploadError(error))),
    );
  }

  /** How many bytes storage has of an upload that was begun earlier; null when it has ended. */
  async reached() {
    const signal = new AbortController().signal;
    const staged = await this.renew(signal).catch((error) => (asUploadError(error).kind === "gone" ? null : {}));
    return staged && Object.values(staged).reduce((sum, size) => sum + size, 0);
  }

  /** Have the server check an upload of which storage has everything; its file is not needed. */
  conclude() {
    const { size, blockSize } = /** @type {DirectState} */ (this.state);
    return this.complete(cutIntoBlocks(size, blockSize), { last: true, signal: new AbortController().signal });
  }

  /** Give the upload up, here and on the server. */
  async cancel() {
    this.pause();
    const state = this.state;
    this.state = null;
    if (state) await fetch(this.path(state.id, "upload-url"), { method: "DELETE" }).catch(() => undefined);
  }

  /**
   * @param {AbortController} running
   * @param {() => void} tell
   */
  end(running, tell) {
    if (this.running !== running) return;
    this.running = null;
    running.abort();
    tell();
  }

  /**
   * @param {File} file
   * @param {AbortSignal} signal
   */
  async run(file, signal) {
    let staged = await this.open(file, signal);
    for (let round = 1; ; round += 1) {
      const state = /** @type {DirectState} */ (this.state);
      const blocks = cutIntoBlocks(file.size, state.blockSize);
      await this.send(file, blocks, staged, signal);
      this.report(true);
      const video = await this.complete(blocks, { last: round === MOST_ROUNDS, signal });
      if (video) return video;
      staged = await this.renew(signal);
    }
  }

  /**
   * Get leave to write; returns what is there already.
   * @param {File} file
   * @param {AbortSignal} signal
   * @returns {Promise<Record<string, number>>}
   */
  async open(file, signal) {
    if (this.state) {
      if (!fits(this.state, file)) throw new UploadError("refused", t("uploads.other_file"));
      return this.renew(signal);
    }
    const wanted = { filename: file.name, size: file.size, content_type: file.type || null, title: this.title };
    const answer = await this.ask("POST", `${this.api}/generate-upload-url`, wanted, signal, { begins: true });
    const { id, block_size: blockSize } = this.take(answer, await accepted(answer));
    this.state = { id, name: file.name, size: file.size, lastModified: file.lastModified, blockSize };
    this.listener.onState?.(this.state);
    return {};
  }

  /**
   * Another URL for the same blob, asked for once however many blocks need it.
   * @param {AbortSignal} signal
   */
  renew(signal) {
    const { id } = /** @type {DirectState} */ (this.state);
    this.renewing ??= this.ask("POST", this.path(id, "upload-url"), null, signal)
      .then(async (answer) => {
        // It may have become a video before this page could hear of it: `complete` will tell.
        if (answer.status === 404) return Object.fromEntries(this.allStaged());
        return this.take(answer, await accepted(answer)).staged;
      })
      .finally(() => {
        this.renewing = null;
      });
    return this.renewing;
  }

  /**
   * Keep a new URL, and when to renew it: a minute early, by the server's clock.
   * @param {Response} answer
   * @param {any} permission
   */
  take(answer, permission) {
    const lifetime = Date.parse(permission.expires_at) - Date.parse(answer.headers.get("Date") ?? "");
    this.url = permission.upload_url;
    this.renewAt = Number.isNaN(lifetime) ? Infinity : performance.now() + lifetime - RENEW_EARLY;
    return permission;
  }

  /** @returns {[string, number][]} */
  allStaged() {
    const { size, blockSize } = /** @type {DirectState} */ (this.state);
    return cutIntoBlocks(size, blockSize).map((block) => [block.id, block.end - block.start]);
  }

  /**
   * Send what is missing, several blocks at once.
   * @param {File} file
   * @param {Block[]} blocks
   * @param {Record<string, number>} staged
   * @param {AbortSignal} signal
   */
  async send(file, blocks, staged, signal) {
    const queue = missingBlocks(blocks, staged);
    this.underway.clear();
    this.sent = file.size - queue.reduce((sum, block) => sum + block.end - block.start, 0);
    this.report(false);
    let workers = 0;
    await new Promise((/** @type {(value?: unknown) => void} */ resolve, reject) => {
      const fill = () => {
        if (signal.aborted) reject(signal.reason);
        while (workers < this.parallelBlocks.parallel && queue.length > 0) {
          workers += 1;
          const block = /** @type {Block} */ (queue.shift());
          this.sendBlock(file, block, signal).then(() => {
            workers -= 1;
            fill();
          }, reject);
        }
        if (workers === 0 && queue.length === 0) resolve();
      };
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      fill();
    });
  }

  /**
   * @param {File} file
   * @param {Block} block
   * @param {AbortSignal} signal
   */
  async sendBlock(file, block, signal) {
    for (let failures = 0, renewals = 0; ;) {
      if (performance.now() > this.renewAt) await this.renew(signal);
      const url = this.url;
      const status = await this.put(url, file.slice(block.start, block.end), block.id, signal);
      switch (verdict(status)) {
        case "done":
          this.arrived(block);
          return;
        case "renew":
          renewals += 1;
          if (renewals > MOST_ROUNDS) throw new UploadError("failed", t("uploads.direct_over"));
          if (this.url === url) await this.renew(signal);
          break;
        case "refused":
          throw new UploadError("failed", t("uploads.direct_refused", { status }));
        case "again":
          failures += 1;
          this.parallelBlocks.failed();
          if (status === 0 && (await this.isBlocked(failures, signal))) {
            throw new UploadError("blocked", t("uploads.direct_blocked"));
          }
          if (failures >= MOST_FAILURES) throw new UploadError("failed", t("uploads.direct_away"));
          this.listener.onWaiting?.("");
          await pauseFor(backOff(failures), signal);
      }
    }
  }

  /** @param {Block} block */
  arrived(block) {
    this.hasArrived = true;
    this.underway.delete(block.id);
    this.sent += block.end - block.start;
    this.parallelBlocks.arrived(block.end - block.start, performance.now());
    this.report(false);
  }

  /**
   * Storage that never lets anything in while the server answers has no rule for this origin. A browser does not say.
   * @param {number} failures
   * @param {AbortSignal} signal
   */
  async isBlocked(failures, signal) {
    if (this.hasArrived || failures < 2) return false;
    return fetch("/health", { signal, cache: "no-store" }).then(
      (answer) => answer.ok,
      () => false,
    );
  }

  /**
   * Put one block; XMLHttpRequest, because fetch tells nothing of how far it has got.
   * @param {string} url
   * @param {Blob} content
   * @param {string} id
   * @param {AbortSignal} signal
   * @returns {Promise<number>} the status, 0 when there was no answer
   */
  put(url, content, id, signal) {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const request = new XMLHttpRequest();
      const abort = () => request.abort();
      request.open("PUT", `${url}&comp=block&blockid=${encodeURIComponent(id)}`);
      request.upload.onprogress = (event) => {
        this.underway.set(id, event.loaded);
        this.report(false);
      };
      request.onloadend = () => {
        signal.removeEventListener("abort", abort);
        if (request.status !== 201) this.underway.delete(id);
        if (signal.aborted) reject(signal.reason);
        else resolve(request.status);
      };
      signal.addEventListener("abort", abort, { once: true });
      request.send(content);
    });
  }

  /**
   * Have the server check what is there, and wait while storage copies it to its place. Returns the video, whose id is
   * not the upload's, or null when parts are missing after all.
   * @param {Block[]} blocks
   * @param {{ last: boolean, signal: AbortSignal }} options
   */
  async complete(blocks, { last, signal }) {
    const { id } = /** @type {DirectState} */ (this.state);
    const named = { blocks: blocks.map((block) => block.id) };
    for (let looks = 1; ; looks += 1) {
      const answer = await this.ask("POST", this.path(id, "complete"), named, signal);
      if (answer.status !== 202) return answer.status === 409 && !last ? null : accepted(answer);
      await pauseFor(Math.max(backOff(looks), 1000 * Number(answer.headers.get("Retry-After") ?? 0)), signal);
    }
  }

  /**
   * Ask the server, again and again while it cannot be reached or is busy, or the session has ended.
   * @param {string} method
   * @param {string} path
   * @param {object | null} body
   * @param {AbortSignal} signal
   * @param {{ begins?: boolean }} [what] whether it begins an upload
   */
  async ask(method, path, body, signal, what) {
    const headers = { "Content-Type": "application/json", Accept: "application/json" };
    const send = () => fetch(path, { method, headers, body: body && JSON.stringify(body), signal });
    for (let failures = 1; ; failures += 1) {
      const answer = await askAsOurs(send, signal, what).catch((error) => {
        if (signal.aborted || failures >= MOST_FAILURES) throw error;
        return null;
      });
      if (answer?.status === 401) {
        failures = 0;
        this.listener.onSignedOut?.();
        await signedInAgain(signal);
        continue;
      }
      if (answer && ((answer.status < 500 && answer.status !== 429) || failures >= MOST_FAILURES)) return answer;
      this.listener.onWaiting?.(answer ? await sentenceOf(answer) : "");
      await pauseFor(Math.max(backOff(failures), 1000 * Number(answer?.headers.get("Retry-After") ?? 0)), signal);
    }
  }

  /** @param {boolean} finishing */
  report(finishing) {
    const total = this.file?.size ?? 0;
    const underway = [...this.underway.values()].reduce((sum, bytes) => sum + bytes, 0);
    this.listener.onProgress?.({ sent: Math.min(total, this.sent + underway), total, finishing });
  }

  /**
   * @param {string} id
   * @param {string} resource
   */
  path(id, resource) {
    return `${this.api}/${encodeURIComponent(id)}/${resource}`;
  }
}

/**
 * @param {DirectState} state
 * @param {File} file
 */
function fits(state, file) {
  return state.name === file.name && state.size === file.size && state.lastModified === file.lastModified;
}

/**
 * The answer's JSON, or the error that it is.
 * @param {Response} answer
 */
async function accepted(answer) {
  const body = await answer.json().catch(() => null);
  if (answer.ok) return body;
  // Without a sentence it is not our server that speaks, but something before it, which knows nothing of the file.
  const isVerdict = body?.detail && ![401, 403, 429].includes(answer.status) && answer.status < 500;
  const kind = answer.status === 404 || answer.status === 410 ? "gone" : isVerdict ? "refused" : "failed";
  throw new UploadError(kind, problemText(body ?? {}) || t("uploads.answered", { status: answer.status }), body);
}

/** Why the server turned something away, if it said so. @param {Response} answer @returns {Promise<string>} */
function sentenceOf(answer) {
  return answer.json().then(
    (body) => problemText(body ?? {}),
    () => "",
  );
}

/** @param {unknown} error */
function asUploadError(error) {
  return error instanceof UploadError ? error : new UploadError("failed", t("uploads.direct_interrupted"));
}
