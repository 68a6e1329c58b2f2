/** Days, the reader's own, as headings between the cards of a list that is ordered by time. */
import { dayName, exact } from "../site/core/dates.js";
import { beginnings } from "./core/days.js";

export function mountDays() {
  for (const name of ["reelgate:page", "reelgate:list"]) document.addEventListener(name, show);
  show();
}

function show() {
  const lists = [...document.querySelectorAll("main .grid")];
  if (lists[0]?.hasAttribute("data-by-day") !== true) return;
  const cards = lists.flatMap((list) => [...list.querySelectorAll(":scope > .card:not(.skeleton)")]);
  const entries = cards.map((card) => ({
    moment: momentOf(card),
    isShown: card instanceof HTMLElement && !card.hidden,
  }));
  const now = new Date();
  /** @type {Set<Element>} */
  const wanted = new Set();
  for (const index of beginnings(entries)) {
    const before = cards[index].previousElementSibling;
    // What stands there already stays, so that nothing moves that need not.
    const heading = before?.matches(".day") ? before : makeHeading();
    if (heading !== before) cards[index].before(heading);
    name(heading, entries[index].moment, now);
    wanted.add(heading);
  }
  for (const heading of document.querySelectorAll("main .grid > .day")) if (!wanted.has(heading)) heading.remove();
}

/** @param {Element} card */
function momentOf(card) {
  return new Date(card.querySelector("time")?.dateTime ?? "");
}

function makeHeading() {
  const item = document.createElement("li");
  item.className = "day";
  item.append(document.createElement("h2"));
  item.firstElementChild?.append(document.createElement("time"));
  return item;
}

/** @param {Element} heading @param {Date} moment @param {Date} now */
function name(heading, moment, now) {
  const time = heading.querySelector("time");
  const words = dayName(moment, now);
  if (time === null || time.textContent === words) return;
  time.dateTime = moment.toISOString();
  time.title = exact(moment);
  time.textContent = words;
}
