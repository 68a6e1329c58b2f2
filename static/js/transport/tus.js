/** The resumable door: tus-js-client, and what to do when something goes wrong. */
import { backOff } from "../core/blocks.js";
import { uploadTexts as texts } from "../core/texts.js";
import { find } from "./api.js";
import { pauseFor } from "./waiting.js";

/** @typedef {import("./doors.js").Door} Door */
/** @typedef {import("./doors.js").Handlers} Handlers */

const ENDPOINT = "/api/uploads";
const MIB = 1024 * 1024;
const [SMALLEST, LARGEST] = [8 * MIB, 256 * MIB];
/** A front end such as App Service ends a request after 230 seconds; a chunk should be through in a quarter of that. */
const CHUNK_SECONDS = 60;
const MOST_BLOCKS = 40_000;
/** What passes by itself, however long it takes: no answer, or too many requests; and whatever is the server's own fault. */
const PASSING = new Set([0, 429]);
/** What passes too, but not for ever: a stalled body, a place that moved, a held lock, a broken chunk. */
const DOUBTFUL = new Set([408, 409, 423, 460]);
const MOST_DOUBTS = 12;

/**
 * @param {File} file
 * @param {{url: string | null, title: string, handlers: Handlers}} options
 * @returns {Door}
 */
export function resumable(file, { url, title, handlers }) {
  const smallest = Math.max(SMALLEST, Math.ceil(file.size / MOST_BLOCKS));
  let failures = 0;
  let sent = 0;
  let failedAt = 0;
  let begun = 0;
  let waiting = new AbortController();
  // The library stands in its own file, loaded before the modules.
  const { tus } = /** @type {any} */ (globalThis);
  const upload = new tus.Upload(file, {
    endpoint: ENDPOINT,
    uploadUrl: url,
    chunkSize: 2 * smallest,
    retryDelays: null,
    storeFingerprintForResuming: false,
    metadata: title ? { filename: file.name, title } : { filename: file.name },
    onUploadUrlAvailable: () => handlers.kept({ door: "tus", url: upload.url }),
    onProgress: (/** @type {number} */ bytes) => {
      sent = bytes;
      handlers.progress(sent);
      if (sent === file.size) handlers.finishing();
    },
    onChunkComplete: (/** @type {number} */ size) => {
      failures = 0;
      const seconds = (performance.now() - begun) / 1000;
      const fitting = (size / Math.max(seconds, 0.1)) * CHUNK_SECONDS;
      upload.options.chunkSize = Math.min(LARGEST, Math.max(smallest, Math.round(fitting)));
      begun = performance.now();
    },
    onSuccess: async (/** @type {any} */ { lastResponse }) => handlers.stored(await videoOf(lastResponse, upload.url)),
    onError: (/** @type {any} */ error) => recover(error.originalResponse ?? null),
  });

  function start() {
    begun = performance.now();
    upload.start();
  }

  /** @param {any} response */
  async function recover(response) {
    const status = response?.getStatus() ?? 0;
    const passes = status >= 500 || PASSING.has(status);
    if (!passes && !DOUBTFUL.has(status)) return handlers.failed(reasonIn(response), { final: status !== 404 && status !== 410 });
    failures = sent > failedAt ? 1 : failures + 1;
    failedAt = sent;
    if (!passes && failures > MOST_DOUBTS) return handlers.failed(texts.failed, { final: false });
    handlers.waiting();
    waiting = new AbortController();
    const { signal } = waiting;
    // A file that has been moved, deleted or changed looks like a lost connection.
    const readable = await isReadable(file);
    if (signal.aborted) return undefined;
    if (!readable) return handlers.failed(texts.unreadable, { final: true });
    const asked = 1000 * Number(response?.getHeader("Retry-After") ?? 0);
    return pauseFor(Math.max(backOff(failures), asked), signal).then(start, () => undefined);
  }

  return {
    start,
    pause() {
      waiting.abort();
      upload.abort();
    },
    async cancel() {
      waiting.abort();
      await upload.abort(true);
    },
  };
}

/** How much of an upload the server has; null when it has ended. @param {string} url */
export async function arrived(url) {
  const answer = await fetch(url, { method: "HEAD", headers: { "Tus-Resumable": "1.0.0" } }).catch(() => null);
  if (answer === null) return 0;
  return answer.ok ? Number(answer.headers.get("Upload-Offset")) : null;
}

/** End an upload on the server. @param {string} url */
export async function terminate(url) {
  await fetch(url, { method: "DELETE", headers: { "Tus-Resumable": "1.0.0" } });
}

/** @param {Blob} file */
function isReadable(file) {
  return file.slice(0, 1).arrayBuffer().then(() => true, () => false);
}

/** The video that the upload has become. @param {any} response of its last part, or null @param {string} url */
export async function videoOf(response, url) {
  const place = response?.getHeader("Content-Location") ?? (await fetch(url, { headers: { Range: "bytes=0-0" } })).url;
  const id = /\/api\/videos\/([^/]+)/.exec(place)?.[1];
  return id === undefined ? null : find(decodeURIComponent(id)).catch(() => null);
}

/** @param {any} response */
function reasonIn(response) {
  try {
    return JSON.parse(response.getBody()).detail ?? texts.failed;
  } catch {
    return texts.failed;
  }
}
