/**
 * Moves between our pages by exchanging <main>, so that uploads, which live outside of it, go on. After each exchange
 * `reelgate:page` is sent to the document, and `reelgate:list` when only the list was exchanged or has grown.
 *
 * Where that does not work (no network, another build) the browser goes there in its own way.
 */
import { fetchPage } from "../transport/pages.js";

const OURS = /^\/(?:trash|videos\/.+)?$/;
const MOST_KEPT = 8;

/** @typedef {{main: HTMLElement, title: string}} Kept */

/** Pages as they were left, with all that had been fetched into them. @type {Map<string, Kept>} */
const kept = new Map();
/** How far down each page was. @type {Map<string, number>} */
const depths = new Map();
/** What is shown: an address without its hash. */
let shown = location.pathname + location.search;
/** @type {AbortController} */
let going = new AbortController();

/** Go to another page of ours. @param {string} address */
export async function go(address) {
  leave();
  const page = await arriving(address);
  if (page === undefined) return;
  if (page === null) return location.assign(address);
  const same = page.address.replace(/#.*/s, "") === shown;
  history[same ? "replaceState" : "pushState"](null, "", page.address);
  show(mainOf(page.document), page.document.title);
  window.scrollTo(0, 0);
}

/**
 * Ask the list another question: only the list is exchanged, and the focus stays where it is.
 * @param {string} address @param {{push?: boolean}} [options]
 */
export async function refine(address, { push = false } = {}) {
  const list = document.getElementById("library");
  if (list === null) return go(address);
  if (push) leave();
  const page = await arriving(address);
  if (page === undefined) return;
  const other = page?.document.getElementById("library");
  if (page === null || !other) return location.assign(address);
  history[push ? "pushState" : "replaceState"](null, "", page.address);
  shown = location.pathname + location.search;
  list.replaceWith(document.adoptNode(other));
  document.title = page.document.title;
  matchSearch();
  document.dispatchEvent(new CustomEvent("reelgate:list"));
}

/** Let go of pages that were kept: something in them has changed. */
export function forgetPages() {
  kept.clear();
}

export function mountNavigation() {
  history.scrollRestoration = "manual";
  // After a reload, and for other sites' pages, the browser does better.
  window.addEventListener("pagehide", () => { history.scrollRestoration = "auto"; });
  window.addEventListener("pageshow", () => { history.scrollRestoration = "manual"; });
  window.addEventListener("scroll", () => { depths.set(shown, window.scrollY); }, { passive: true });
  window.addEventListener("popstate", goBack);
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
    if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || !isPlain(event, link)) return;
    event.preventDefault();
    const address = link.pathname + link.search + link.hash;
    if (link.pathname === "/" && link.closest("#library")) refine(address, { push: true });
    else go(address);
  });
}

/** @param {MouseEvent} event @param {HTMLAnchorElement} link */
function isPlain(event, link) {
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return false;
  if (link.target || link.hasAttribute("download") || link.origin !== location.origin) return false;
  const onlyHash = link.hash !== "" && link.pathname === location.pathname && link.search === location.search;
  return OURS.test(link.pathname) && !onlyHash;
}

async function goBack() {
  const address = location.pathname + location.search;
  if (address === shown) return; // Only the hash is another one.
  const from = shown;
  leave();
  const known = kept.get(address);
  if (known) {
    show(known.main, known.title);
  } else {
    const page = await arriving(address + location.hash);
    if (page === undefined) return;
    if (page === null) return location.reload();
    show(mainOf(page.document), page.document.title);
  }
  window.scrollTo(0, depths.get(address) ?? 0);
  const origin = [...document.querySelectorAll("main a[href]")].find((link) => link.getAttribute("href") === from);
  if (!(origin instanceof HTMLElement)) return;
  origin.focus({ preventScroll: true });
  // Of parts that were not laid out again the height is only a guess.
  origin.scrollIntoView({ block: "nearest" });
}

/**
 * The page, once it is here; null when it has to be loaded by the browser, undefined when something else was asked
 * for meanwhile.
 * @param {string} address
 */
async function arriving(address) {
  going.abort();
  const mine = (going = new AbortController());
  mainOf(document).ariaBusy = "true";
  const page = await fetchPage(address, mine.signal).catch(() => null);
  if (mine.signal.aborted) return undefined;
  mainOf(document).ariaBusy = null;
  return page;
}

/** Keep the page that is left, if it is a list: a copy, so that who mounts on it later finds nothing mounted. */
function leave() {
  depths.set(shown, window.scrollY);
  kept.delete(shown);
  if (document.querySelector("main .grid") === null) return;
  kept.set(shown, { main: /** @type {HTMLElement} */ (mainOf(document).cloneNode(true)), title: document.title });
  const oldest = kept.keys().next().value;
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
}

/** @param {HTMLElement} main @param {string} title */
function show(main, title) {
  mainOf(document).replaceWith(document.adoptNode(main));
  document.title = title;
  shown = location.pathname + location.search;
  matchSearch();
  main.querySelector("h1")?.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("reelgate:page"));
}

/** Let the search field say what the page is about, unless somebody is typing in it. */
function matchSearch() {
  const field = document.getElementById("q");
  if (!(field instanceof HTMLInputElement) || document.activeElement === field) return;
  field.value = new URLSearchParams(location.search).get("q") ?? "";
}

/** @param {Document} of */
function mainOf(of) {
  const main = of.querySelector("main");
  if (main === null) throw new Error("A page of ours has a main part.");
  return main;
}
