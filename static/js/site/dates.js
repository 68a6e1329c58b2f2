/** Dates of the server's pages, shown in the reader's own zone and way. */
import { day, exact, near } from "./core/dates.js";

export function mountDates() {
  for (const name of ["reelgate:page", "reelgate:list"]) document.addEventListener(name, show);
  show();
}

function show() {
  const now = new Date();
  for (const place of document.querySelectorAll("main time[data-shown]")) {
    const moment = new Date(place.getAttribute("datetime") ?? "");
    const shown = place.getAttribute("data-shown");
    // Shown once: lists grow, and what is there already stays as it is.
    place.removeAttribute("data-shown");
    if (Number.isNaN(moment.valueOf())) continue;
    place.setAttribute("title", exact(moment));
    place.textContent = shown === "exact" ? exact(moment) : shown === "day" ? day(moment) : near(moment, now);
  }
}
