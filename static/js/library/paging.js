/** More of the list, before its end is reached; the link to the next page stays for those who would rather press it. */
import { t } from "../site/core/texts.js";
import { fetchPage } from "../site/page_fetch.js";
import { announce, complain } from "../site/toast.js";

const AHEAD = "1200px";
const SKELETONS = 6;
/** Cards in one part of the list: even rows for 1 to 6, 8, 9, 10 and 12 columns. */
const PART = 360;

/** @type {IntersectionObserver | undefined} */
let observer;

export function mountPaging() {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest(".more a") : null;
    if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    extend(link, { pressed: true });
  });
  for (const name of ["reelgate:page", "reelgate:list"]) document.addEventListener(name, watch);
  watch();
}

/** Look out for the end of the list that is shown now. */
function watch() {
  observer?.disconnect();
  const link = document.querySelector(".more a");
  if (!(link instanceof HTMLAnchorElement)) return;
  observer = new IntersectionObserver(
    (entries) => {
      if (entries.some((entry) => entry.isIntersecting)) extend(link, { pressed: false });
    },
    { rootMargin: AHEAD },
  );
  observer.observe(link);
}

/** @param {HTMLAnchorElement} link @param {{pressed: boolean}} how */
async function extend(link, { pressed }) {
  const [grid, more] = [[...document.querySelectorAll("main :is(.grid, .moments)")].at(-1), link.parentElement];
  if (!grid || more === null || grid.ariaBusy === "true") return;
  observer?.disconnect();
  grid.ariaBusy = "true";
  // The link would be seen to move by what comes before it.
  more.hidden = true;
  const skeletons = Array.from({ length: SKELETONS }, skeleton);
  grid.append(...skeletons);
  const page = await fetchPage(link.pathname + link.search).catch(() => null);
  for (const each of skeletons) each.remove();
  grid.ariaBusy = null;
  if (!grid.isConnected) return;
  if (page === null) return refuse(link, pressed);
  const fresh = newEntries(page.document, grid.matches(".grid") ? ".grid > .card" : ".moments > .moment");
  append(grid, fresh);
  more.replaceWith(...[...page.document.querySelectorAll(".more")].map((each) => document.adoptNode(each)));
  if (pressed) fresh[0]?.querySelector("a")?.focus();
  announce(t("library.arrived", { count: fresh.length }));
  document.dispatchEvent(new CustomEvent("reelgate:list"));
}

/** What a page has that the list does not have yet. @param {Document} page @param {string} entries */
function newEntries(page, entries) {
  const known = new Set([...document.querySelectorAll(`main ${entries}`)].map((each) => each.getAttribute("data-id")));
  const fresh = [...page.querySelectorAll(entries)].filter((each) => !known.has(each.getAttribute("data-id")));
  return fresh.map((each) => document.adoptNode(each));
}

/** Fill the last part of the list, and begin another when it is full. @param {Element} grid @param {Element[]} cards */
function append(grid, cards) {
  const here = cards.slice(0, Math.max(0, PART - grid.querySelectorAll(":scope > [data-id]").length));
  grid.append(...here);
  if (here.length === cards.length) return;
  const next = document.createElement("ul");
  next.className = grid.className;
  grid.after(next);
  append(next, cards.slice(here.length));
}

/**
 * Say that there is more, and leave the link for another try.
 * @param {HTMLAnchorElement} link
 * @param {boolean} pressed
 */
function refuse(link, pressed) {
  if (link.parentElement) link.parentElement.hidden = false;
  if (pressed) link.focus({ preventScroll: true });
  link.textContent = t("site.try_again");
  complain(t("library.more_failed"));
}

function skeleton() {
  const card = document.createElement("li");
  card.className = "card skeleton";
  card.ariaHidden = "true";
  for (const name of ["still", "title", "facts-line"]) {
    const part = document.createElement(name === "still" ? "span" : "i");
    part.className = name;
    card.append(part);
  }
  return card;
}
