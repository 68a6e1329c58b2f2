/**
 * Stills that this browser has taken, kept in its cache. The bytes of a video never change, so neither does its still.
 */

/** @typedef {{image: Blob | null, seconds: number}} Still */

const CACHE = "reelgate-stills";
const MOST = 2000;
const SECONDS = "X-Seconds";

/** Only a key: nothing is ever asked there. @param {string} id */
const key = (id) => `/still/${encodeURIComponent(id)}`;

/** @param {string} id @returns {Promise<Still | null>} */
export async function recallStill(id) {
  const found = await cache().then((open) => open?.match(key(id)));
  if (!found) return null;
  return { image: await found.blob(), seconds: Number(found.headers.get(SECONDS)) };
}

/** @param {string} id @param {Still} still */
export async function rememberStill(id, { image, seconds }) {
  const open = await cache();
  if (open === null || image === null) return;
  const headers = { [SECONDS]: String(seconds), "Content-Type": image.type };
  await open.put(key(id), new Response(image, { headers })).catch(() => undefined);
  const known = await open.keys();
  await Promise.all(known.slice(0, Math.max(0, known.length - MOST)).map((each) => open.delete(each)));
}

/** Where pages are not served securely there is no cache. @returns {Promise<Cache | null>} */
async function cache() {
  return "caches" in globalThis ? caches.open(CACHE).catch(() => null) : null;
}
