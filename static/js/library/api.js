/** The library's API. */
import { problemText, t } from "../site/core/texts.js";

/** @typedef {{state: string, progress: number, error: string | null}} Work */
/**
 * @typedef {{id: string, title: string, tags: string[], artists: {id: string, name: string}[],
 *   description: string, easy_description: string,
 *   language: ?string, etag: string, playable: string, playable_reason: ?string, hls: ?string,
 *   processing: Record<string, Work>,
 *   subtitles: {language: string, title: string, pictures: boolean, url: ?string}[]}} Video
 */

/** @param {string} id */
export function address(id) {
  return `/api/videos/${id.split("/").map(encodeURIComponent).join("/")}`;
}

/** Put a video into the trash. @param {string} id @returns {Promise<void>} */
export const remove = (id) => ask("DELETE", address(id));

/** @param {string} id @returns {Promise<Video>} */
export const find = (id) => ask("GET", address(id));

/**
 * Change one version of a video.
 * @param {string} id @param {Object<string, string | string[]>} change @param {string} etag
 * @returns {Promise<Video>}
 */
export const edit = (id, change, etag) => ask("PATCH", address(id), { change, etag });

/**
 * A URL that plays without us.
 * @param {string} id
 * @param {string} hours
 * @returns {Promise<{url: string, expires_at: string}>}
 */
export const accessUrl = (id, hours) =>
  ask("GET", `${address(id)}/access-url?expiry_hours=${encodeURIComponent(hours)}`);

/** Why the content cannot be read, or null when it can. @param {string} id @returns {Promise<string | null>} */
export const troubleWith = (id) =>
  ask("GET", `${address(id)}/content`, { range: "bytes=0-0" }).then(
    () => null,
    (/** @type {Error} */ error) => error.message,
  );

/**
 * @param {string} method @param {string} url
 * @param {{change?: unknown, etag?: string, range?: string, signal?: AbortSignal}} [more]
 * @returns {Promise<any>} rejects with the sentence that the server gave
 */
export async function ask(method, url, { change, etag, range, signal } = {}) {
  const headers = new Headers({ Accept: "application/json" });
  if (change !== undefined) headers.set("Content-Type", "application/json");
  if (etag !== undefined) headers.set("If-Match", `"${etag}"`);
  if (range !== undefined) headers.set("Range", range);
  const body = change === undefined ? null : JSON.stringify(change);
  const response = await fetch(url, { method, headers, body, ...(signal && { signal }) }).catch(() => null);
  if (response === null) throw new Error(t("site.unreachable"));
  const isJson = /json/.test(response.headers.get("Content-Type") ?? "");
  const answer = isJson ? await response.json().catch(() => ({})) : {};
  if (!response.ok) throw new Error(problemText(answer) || t("site.unreachable"));
  return answer;
}
