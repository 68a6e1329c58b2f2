/** The resumable door: tus 1.0 (docs/resumable.md) as a page speaks it, and what to do when something goes wrong. */
import { backOff } from "./core/blocks.js";
import { Patience } from "./core/refusals.js";
import { problemText, t } from "../site/core/texts.js";
import { find } from "../library/api.js";
import { pauseFor } from "../site/retry_delay.js";
import { askAsOurs, signedInAgain } from "../site/session.js";

/** @typedef {import("./transports.js").Handlers} Handlers */
/** @typedef {import("./core/refusals.js").Refusal} Refusal */

const ENDPOINT = "/api/uploads";
const VERSION = { "Tus-Resumable": "1.0.0" };
const MIB = 1024 * 1024;
const [SMALLEST, LARGEST] = [8 * MIB, 256 * MIB];
/** A front end such as App Service ends a request after 230 seconds; a chunk should be through in a quarter of that. */
const CHUNK_SECONDS = 60;
const MOST_BLOCKS = 40_000;

/** Thrown for any answer but the one that was hoped for. */
class Refused extends Error {
  /** @param {Refusal} refusal */
  constructor(refusal) {
    super(refusal.detail);
    this.refusal = refusal;
  }
}

/** One upload: a door (see `doors.js`). */
export class ResumableUpload {
  /** @param {File} file @param {{url: string | null, title: string, handlers: Handlers}} options */
  constructor(file, { url, title, handlers }) {
    this.file = file;
    this.url = url;
    this.title = title;
    this.handlers = handlers;
    this.smallest = Math.max(SMALLEST, Math.ceil(file.size / MOST_BLOCKS));
    this.chunk = 2 * this.smallest;
    /** What the server has, in bytes, as it last said. */
    this.arrived = 0;
    this.patience = new Patience();
    /** @type {AbortController | null} */
    this.running = null;
  }

  start() {
    if (this.running) return;
    this.running = new AbortController();
    this.patience.renew();
    this.run(this.running.signal);
  }

  pause() {
    this.running?.abort();
    this.running = null;
  }

  async cancel() {
    this.pause();
    if (this.url !== null) await terminate(this.url);
  }

  /** Send until it is over, one way or the other. @param {AbortSignal} signal */
  async run(signal) {
    for (;;) {
      try {
        const place = await this.send(signal);
        const video = await videoOf(place, this.url ?? "");
        if (!signal.aborted) this.end(() => this.handlers.stored(video));
        return;
      } catch (error) {
        if (signal.aborted) return;
        const refusal = error instanceof Refused ? error.refusal : { status: 0, detail: "", retryAfter: 0 };
        if (!(await this.mayTryAgain(refusal, signal))) return;
      }
    }
  }

  /** @param {() => void} tell */
  end(tell) {
    this.running = null;
    tell();
  }

  /**
   * Send what the server lacks; returns where the video is to be found, if the server said so.
   * @param {AbortSignal} signal @returns {Promise<string | null>}
   */
  async send(signal) {
    await this.meet(signal);
    this.handlers.progress(this.arrived);
    let place = null;
    while (this.arrived < this.file.size) place = await this.sendChunk(signal);
    return place;
  }

  /** Find out what the server has of it, or begin there. @param {AbortSignal} signal */
  async meet(signal) {
    if (this.url !== null) {
      const { url } = this;
      const look = () => fetch(url, { method: "HEAD", headers: VERSION, signal, cache: "no-store" });
      const answer = await askAsOurs(look, signal);
      if (answer.ok) return this.note(Number(answer.headers.get("Upload-Offset")));
      if (answer.status !== 404 && answer.status !== 410) throw await refused(answer);
    }
    const { name, size } = this.file;
    const named = [["filename", name], ...(this.title ? [["title", this.title]] : [])];
    const metadata = named.map(([key, value]) => `${key} ${base64(value)}`).join(",");
    const headers = {
      ...VERSION,
      "Upload-Length": String(size),
      "Upload-Metadata": metadata,
      Accept: "application/json",
    };
    const begin = () => fetch(ENDPOINT, { method: "POST", headers, signal });
    const answer = await askAsOurs(begin, signal, { begins: true });
    if (answer.status !== 201) throw await refused(answer);
    // Only the path of it: what stands before the server may speak another scheme with it than with us.
    this.url = new URL(answer.headers.get("Location") ?? "", answer.url).pathname;
    this.note(0);
    this.handlers.kept({ door: "tus", url: this.url });
  }

  /** @param {number} arrived */
  note(arrived) {
    this.arrived = arrived;
  }

  /** @param {AbortSignal} signal @returns {Promise<string | null>} as `send` */
  async sendChunk(signal) {
    const start = this.arrived;
    const part = this.file.slice(start, start + this.chunk);
    const begun = performance.now();
    const answer = await patch(this.url ?? "", part, { start, signal, sent: (bytes) => this.tell(start + bytes) });
    const offset = Number(answer.getResponseHeader("Upload-Offset"));
    if (!(offset > start)) throw new Refused({ status: 460, detail: "", retryAfter: 0 });
    this.note(offset);
    const seconds = (performance.now() - begun) / 1000;
    const fitting = (part.size / Math.max(seconds, 0.1)) * CHUNK_SECONDS;
    this.chunk = Math.min(LARGEST, Math.max(this.smallest, Math.round(fitting)));
    return answer.getResponseHeader("Content-Location");
  }

  /** @param {number} sent */
  tell(sent) {
    this.handlers.progress(sent);
    if (sent === this.file.size) this.handlers.finishing();
  }

  /**
   * Wait for the time of another try; false when there is none.
   * @param {Refusal} refusal @param {AbortSignal} signal
   */
  async mayTryAgain(refusal, signal) {
    const { status, detail, retryAfter } = refusal;
    const verdict = this.patience.judge(refusal, { arrived: this.arrived, now: performance.now() / 1000 });
    if (verdict === "signed-out") {
      this.handlers.signedOut(this.arrived);
      return signedInAgain(signal).then(
        () => true,
        () => false,
      );
    }
    const reason = detail || (status ? t("uploads.answered", { status }) : "");
    if (verdict !== "again") {
      const kept = verdict === "stopped" && this.arrived > 0 ? ` ${t("uploads.kept")}` : "";
      this.end(() => this.handlers.failed((reason || t("uploads.failed")) + kept, { final: verdict === "refused" }));
      return false;
    }
    this.handlers.waiting({ reason, arrived: this.arrived });
    // A file that has been moved, deleted or changed looks like a lost connection.
    const readable = await isReadable(this.file);
    if (signal.aborted) return false;
    if (!readable) {
      this.end(() => this.handlers.failed(t("uploads.unreadable"), { final: true }));
      return false;
    }
    const pause = Math.max(backOff(this.patience.failures), 1000 * retryAfter);
    return pauseFor(pause, signal).then(
      () => true,
      () => false,
    );
  }
}

/** How much of an upload the server has; null when it has ended. @param {string} url */
export async function arrived(url) {
  const answer = await fetch(url, { method: "HEAD", headers: VERSION }).catch(() => null);
  if (answer === null) return 0;
  return answer.ok ? Number(answer.headers.get("Upload-Offset")) : null;
}

/** End an upload on the server. @param {string} url */
export async function terminate(url) {
  await fetch(url, { method: "DELETE", headers: VERSION });
}

/**
 * The video that an upload has become.
 * @param {string | null} place where the server has said it is
 * @param {string} url of the upload
 */
export async function videoOf(place, url) {
  const address = place ?? (await fetch(url, { headers: { Range: "bytes=0-0" } })).url;
  const id = /\/api\/videos\/([^/]+)/.exec(address)?.[1];
  return id === undefined ? null : find(decodeURIComponent(id)).catch(() => null);
}

/**
 * Send one chunk; by XMLHttpRequest, because fetch tells nothing of how far it has got.
 * @param {string} url @param {Blob} part
 * @param {{start: number, signal: AbortSignal, sent: (bytes: number) => void}} options
 * @returns {Promise<XMLHttpRequest>} rejects with `Refused`
 */
function patch(url, part, { start, signal, sent }) {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    request.open("PATCH", url);
    const headers = {
      ...VERSION,
      "Upload-Offset": String(start),
      "Content-Type": "application/offset+octet-stream",
      Accept: "application/json",
    };
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => sent(loaded);
    request.onloadend = () => {
      signal.removeEventListener("abort", abort);
      if (request.status === 204) resolve(request);
      else
        reject(new Refused(refusalOf(request.status, request.responseText, request.getResponseHeader("Retry-After"))));
    };
    signal.addEventListener("abort", abort, { once: true });
    request.send(part);
  });
}

/** @param {Response} answer */
async function refused(answer) {
  return new Refused(refusalOf(answer.status, await answer.text().catch(() => ""), answer.headers.get("Retry-After")));
}

/** @param {number} status @param {string} body @param {string | null} after @returns {Refusal} */
function refusalOf(status, body, after) {
  const retryAfter = Number(after) || 0;
  try {
    return { status, detail: problemText(JSON.parse(body)), retryAfter };
  } catch {
    return { status, detail: "", retryAfter };
  }
}

/** @param {string} text */
function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** @param {Blob} file */
function isReadable(file) {
  return file
    .slice(0, 1)
    .arrayBuffer()
    .then(
      () => true,
      () => false,
    );
}
