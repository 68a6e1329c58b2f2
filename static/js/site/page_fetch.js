/** Our pages, fetched to be put into the present one. */

/** @typedef {{address: string, document: Document}} Fetched */

/**
 * The page at an address; null when only the browser itself can go there: it is no page, another build's, or one that
 * may play from elsewhere.
 * @param {string} address @param {AbortSignal} [signal] @returns {Promise<Fetched | null>} rejects without network
 */
export async function fetchPage(address, signal) {
  const response = await fetch(address, { headers: { Accept: "text/html" }, signal: signal ?? null });
  if (!(response.headers.get("Content-Type") ?? "").startsWith("text/html")) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (page.documentElement.dataset.build !== document.documentElement.dataset.build) return null;
  const landed = new URL(response.url);
  return { address: landed.pathname + landed.search + new URL(address, location.href).hash, document: page };
}
