/**
 * What the reader prefers, kept by the server: in their account, or in a cookie of this browser. The server answers
 * with the page as it is then, whose look this page takes over.
 */
import { recall, remember } from "./core/stored_values.js";
import { forgetPages } from "./navigation.js";

const ADDRESS = "/preferences";
/** What was chosen and has not reached the server, under the name that it is remembered by. */
const WAITING = /** @type {const} */ ({ spacing: "spacing", theme: "theme", density: "spacing" });

/** A page may have been asked for before the server took a choice, and come after it. */
const REMEMBERED_MS = 10_000;

/** @typedef {"spacing" | "theme"} Quick */

/**
 * Have the server keep these, in the place of all that was chosen before. @param {URLSearchParams} fields
 * @returns {Promise<Document>} the page of preferences as it is now; rejects where that did not work
 */
export function savePreferences(fields) {
  for (const [kept, name] of Object.entries(WAITING)) if (fields.has(name)) remember(kept, null);
  return save(fields);
}

/** @param {URLSearchParams | Record<string, string>} fields @returns {Promise<Document>} */
function save(fields) {
  // A visitor's cookie holds all of them: of two that were sent together, the later answer would undo the earlier one.
  const saved = last.then(() => send(fields));
  last = saved.catch(() => {});
  return saved;
}

/** @type {Promise<unknown>} */
let last = Promise.resolve();

/** @param {URLSearchParams | Record<string, string>} fields */
async function send(fields) {
  const response = await fetch(ADDRESS, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { Accept: "text/html" },
    keepalive: true,
  });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  wear(page.documentElement);
  wearAccent(page);
  forgetPages();
  return page;
}

/** Keep one choice: on the page at once, on the server soon, and in this browser in between. @param {Quick} name */
export async function prefer(name, /** @type {string} */ value) {
  remember(name, value);
  await save({ [name]: value });
  forgetSoon(name, value);
}

/** Send what could not be sent before; what older versions remembered as density was the spacing. */
export async function sendWaiting() {
  for (const [kept, name] of Object.entries(WAITING)) {
    const value = recall(kept);
    if (!value) continue;
    await save({ [name]: value });
    forgetSoon(kept, value);
  }
}

/** @param {string} kept @param {string} value */
function forgetSoon(kept, value) {
  setTimeout(() => recall(kept) === value && remember(kept, null), REMEMBERED_MS);
}

/** Look like another page. @param {HTMLElement} root of that page */
function wear(root) {
  const own = document.documentElement;
  for (const { name } of [...own.attributes]) {
    if (name.startsWith("data-") && name !== "data-view" && !root.hasAttribute(name)) own.removeAttribute(name);
  }
  for (const { name, value } of root.attributes) if (name.startsWith("data-")) own.setAttribute(name, value);
}

/** Take over the accent of another page. @param {Document} page */
function wearAccent(page) {
  const [here, there] = [document.getElementById("accent"), page.getElementById("accent")];
  if (here?.getAttribute("href") === there?.getAttribute("href")) return;
  if (there) document.head.append(document.adoptNode(there));
  here?.remove();
}
