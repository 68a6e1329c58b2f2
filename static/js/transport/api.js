/** The library's API. */
import { texts } from "../core/texts.js";

/** @param {string} id */
function address(id) {
  return `/api/videos/${id.split("/").map(encodeURIComponent).join("/")}`;
}

/**
 * @param {string} method @param {string} url @param {unknown} [body]
 * @returns {Promise<void>} rejects with the sentence that the server gave
 */
async function ask(method, url, body) {
  /** @type {RequestInit} */
  const request = { method, headers: { Accept: "application/json" } };
  if (body !== undefined) {
    request.body = JSON.stringify(body);
    request.headers = { Accept: "application/json", "Content-Type": "application/json" };
  }
  const response = await fetch(url, request).catch(() => null);
  if (response === null) throw new Error(texts.unreachable);
  if (response.ok) return;
  const problem = await response.json().catch(() => ({}));
  throw new Error(problem.detail ?? texts.unreachable);
}

/** @param {string} id */
export const remove = (id) => ask("DELETE", address(id));
/** @param {string} id */
export const restore = (id) => ask("POST", `${address(id)}/restore`);
/** @param {string} id @param {{title: string, tags: string[]}} change */
export const edit = (id, change) => ask("PATCH", address(id), change);
