/**
 * Moves between our pages by exchanging <main>, so that uploads, which live outside of it, go on. After each exchange
 * `reelgate:page` is sent to the document, and `reelgate:list` when only the list was exchanged or has grown; after it
 * `reelgate:old` when what is shown was kept from before, and something has changed since.
 *
 * Where that does not work (another build) the browser goes there in its own way. Where network or server are away, we
 * stay and say so: the browser would show an error page in the place of all that is here.
 */
import { reach } from "./page_retries.js";

/** Pages of videos; those that the navigation names are known from there. */
const VIDEOS = /^\/videos\/.+$/;
const MOST_KEPT = 8;

/** @typedef {{main: HTMLElement, title: string, isOld: boolean}} Kept */
/** @typedef {Awaited<ReturnType<typeof reach>>} Arrived */

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
  const focused = list.contains(document.activeElement) ? document.activeElement : null;
  const menu = focused?.closest("[popover]")?.id;
  list.replaceWith(document.adoptNode(other));
  document.title = page.document.title;
  matchSearch();
  // What had the focus is gone: the same video has it then, the button of its menu, or the heading.
  const video = focused?.closest(".card a")?.getAttribute("href");
  const heir =
    [...document.querySelectorAll("#library .card a")].find((link) => video && link.getAttribute("href") === video) ??
    document.querySelector(`[popovertarget="${menu}"]`) ??
    document.querySelector("h1");
  if (focused && heir instanceof HTMLElement) heir.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("reelgate:list"));
}

/** Whether another page, or another list, is on its way. */
export function isGoing() {
  return mainOf(document).ariaBusy === "true";
}

/** Let go of pages that were kept: they would be wrong. */
export function forgetPages() {
  kept.clear();
}

/** Keep the library as something that may lack news: who comes back finds their place, and sees the news arrive. */
export function agePages() {
  for (const [address, page] of kept) {
    if (page.main.querySelector("#library")) page.isOld = true;
    else kept.delete(address);
  }
}

export function mountNavigation() {
  history.scrollRestoration = "manual";
  // After a reload, and for other sites' pages, the browser does better.
  window.addEventListener("pagehide", () => {
    history.scrollRestoration = "auto";
  });
  window.addEventListener("pageshow", () => {
    history.scrollRestoration = "manual";
  });
  window.addEventListener(
    "scroll",
    () => {
      depths.set(shown, window.scrollY);
    },
    { passive: true },
  );
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
  return isOurs(link.pathname) && !onlyHash;
}

/** Whether scripts may exchange this page for the one that is shown. @param {string} path */
function isOurs(path) {
  const places = [...document.querySelectorAll("[data-place]:not([target])")];
  return VIDEOS.test(path) || places.some((link) => link.getAttribute("href") === path);
}

async function goBack() {
  const address = location.pathname + location.search;
  stay();
  if (address === shown) return; // Only the hash is another one.
  const from = shown;
  leave();
  const known = kept.get(address);
  if (known) {
    show(known.main, known.title);
  } else {
    const page = await arriving(address + location.hash);
    if (page === undefined) return setBack();
    if (page === null) return location.reload();
    show(mainOf(page.document), page.document.title);
  }
  window.scrollTo(0, depths.get(address) ?? 0);
  const origin = [...document.querySelectorAll("main a[href]")].find((link) => link.getAttribute("href") === from);
  if (origin instanceof HTMLElement) {
    origin.focus({ preventScroll: true });
    // Of parts that were not laid out again the height is only a guess.
    origin.scrollIntoView({ block: "nearest" });
  }
  if (known?.isOld) document.dispatchEvent(new CustomEvent("reelgate:old"));
}

/**
 * The page, once it is here; null when it has to be loaded by the browser, undefined when something else was asked
 * for meanwhile.
 * @param {string} address
 */
async function arriving(address) {
  stay();
  const mine = (going = new AbortController());
  mainOf(document).ariaBusy = "true";
  const page = await reach(address, mine).then(prepare);
  if (going === mine) mainOf(document).ariaBusy = null;
  return mine.signal.aborted ? undefined : page;
}

/**
 * The page once the modules are here that it names (`data-module`), beyond what all pages have; null where they cannot
 * be had, so that the browser goes there in its own way.
 * @param {Arrived} page
 */
async function prepare(page) {
  const named = page ? [...mainOf(page.document).querySelectorAll("[data-module]")] : [];
  try {
    await Promise.all(named.map((each) => import(each.getAttribute("data-module") ?? "")));
  } catch {
    return null;
  }
  // A film gives up while it waits in a document that nobody sees: what is shown is a copy that has not waited.
  return page && named.length > 0 ? { ...page, document: copyOf(page.document) } : page;
}

/** @param {Document} page */
function copyOf(page) {
  return /** @type {Document} */ (page.cloneNode(true));
}

/** Stay here: what was asked for last is no longer wanted. */
export function stay() {
  going.abort();
  mainOf(document).ariaBusy = null;
}

/**
 * Let the address be that of the page that is shown, when going back has led nowhere and nothing else is on its way.
 */
function setBack() {
  if (going.signal.aborted) history.replaceState(null, "", shown);
}

/** Keep the page that is left, if it is a list: a copy, so that who mounts on it later finds nothing mounted. */
function leave() {
  depths.set(shown, window.scrollY);
  kept.delete(shown);
  if (document.querySelector("main .grid") === null) return;
  const main = /** @type {HTMLElement} */ (mainOf(document).cloneNode(true));
  kept.set(shown, { main, title: document.title, isOld: false });
  const oldest = kept.keys().next().value;
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
}

/** @param {HTMLElement} main @param {string} title */
function show(main, title) {
  mainOf(document).replaceWith(document.adoptNode(main));
  document.title = title;
  shown = location.pathname + location.search;
  matchSearch();
  matchPlace(main.dataset.here ?? "");
  main.querySelector("h1")?.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("reelgate:page"));
}

/** Let the search field say what the page is about, unless somebody is typing in it. */
function matchSearch() {
  const field = document.getElementById("q");
  if (!(field instanceof HTMLInputElement) || document.activeElement === field) return;
  field.value = new URLSearchParams(location.search).get("q") ?? "";
}

/** Mark the place in the navigation that the page belongs to. @param {string} here */
function matchPlace(here) {
  for (const link of document.querySelectorAll("[data-place]")) {
    if (link.getAttribute("data-place") === here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const menu = document.getElementById("more-places");
  if (menu?.matches(":popover-open")) menu.hidePopover();
}

/** @param {Document} of */
function mainOf(of) {
  const main = of.querySelector("main");
  if (main === null) throw new Error("A page of ours has a main part.");
  return main;
}
