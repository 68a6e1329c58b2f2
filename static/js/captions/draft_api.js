/** Drafts, checks and tracks over the network; what was answered is told by what it means for who is writing. */
import { askAsOurs } from "../site/session.js";
import { problemText, t } from "../site/core/texts.js";

/** @typedef {import("./core/cues.js").Sent} Sent */
/** @typedef {import("./core/findings.js").Warning} Warning */
/**
 * @typedef {{cues: Sent[], heads: string[], based_on: string | null, etag: string | null, saved_at: string | null,
 *   track: {origin: string, etag: string} | null, warnings: Warning[]}} Opened
 */
/** @typedef {"away" | "signed_out" | "forbidden" | "gone" | "conflict" | "refused"} Trouble */
/** @typedef {{trouble: Trouble, why: string, pause: number} | {trouble: null, body: any}} Told */

const PAUSE = 5000;
/** @type {Record<number, Trouble>} */
const TROUBLES = { 401: "signed_out", 403: "forbidden", 404: "gone", 410: "gone", 412: "conflict" };

/** The addresses of one track. */
export class DraftApi {
  #track;
  #query;

  /** @param {string} video its address @param {string} language @param {string} kind @param {AbortSignal} signal */
  constructor(video, language, kind, signal) {
    this.#track = `${video}/captions/${language}`;
    this.#query = `?kind=${kind}`;
    this.signal = signal;
  }

  /** @param {{anew?: boolean}} [how] @returns {Promise<Told>} with an `Opened` */
  open({ anew = false } = {}) {
    return this.#ask("GET", `${this.#track}/draft${this.#query}${anew ? "&anew=true" : ""}`);
  }

  /** @param {object} draft @param {string | null} etag of the one that is kept @returns {Promise<Told>} */
  save(draft, etag) {
    return this.#ask("PUT", `${this.#track}/draft${this.#query}`, { json: draft, etag });
  }

  /** @param {string} etag @returns {Promise<Told>} */
  discard(etag) {
    return this.#ask("DELETE", `${this.#track}/draft${this.#query}`, { etag });
  }

  /** @param {Sent[]} cues @returns {Promise<Told>} */
  check(cues) {
    return this.#ask("POST", `${this.#track}/check${this.#query}`, { json: { cues } });
  }

  /** @param {string} file @param {string | null} etag of the track until now @returns {Promise<Told>} */
  publish(file, etag) {
    return this.#ask("PUT", `${this.#track}${this.#query}`, { file, etag });
  }

  /**
   * @param {string} method @param {string} url @param {{json?: object, file?: string, etag?: string | null}} [more]
   * @returns {Promise<Told>}
   */
  async #ask(method, url, { json, file, etag } = {}) {
    const headers = new Headers({ Accept: "application/json" });
    if (json) headers.set("Content-Type", "application/json");
    if (file !== undefined) headers.set("Content-Type", "text/vtt");
    if (etag) headers.set("If-Match", `"${etag}"`);
    if (etag === null) headers.set("If-None-Match", "*");
    const body = json ? JSON.stringify(json) : (file ?? null);
    const { signal } = this;
    const answer = await askAsOurs(() => fetch(url, { method, headers, body, signal }), signal).catch(() => null);
    if (answer === null) return { trouble: "away", why: t("site.unreachable"), pause: PAUSE };
    const isJson = /json/.test(answer.headers.get("Content-Type") ?? "");
    const said = isJson ? await answer.json().catch(() => ({})) : {};
    if (answer.ok) return { trouble: null, body: said };
    const isLater = answer.status === 429 || answer.status >= 500;
    const trouble = isLater ? "away" : (TROUBLES[answer.status] ?? "refused");
    const pause = Math.max(1, Number(answer.headers.get("Retry-After") ?? 5)) * 1000;
    return { trouble, why: problemText(said) || t("site.unreachable"), pause };
  }
}
