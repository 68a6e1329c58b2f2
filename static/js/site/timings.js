/** Tells the server how long pages and films took, where it counts that (`data-measured`), and nothing else. */

/** @param {"page" | "start"} what @param {number} milliseconds @param {{density?: number, type?: string}} more */
export function measured(what, milliseconds, more) {
  if (!("measured" in document.body.dataset)) return;
  const said = JSON.stringify({ what, seconds: milliseconds / 1000, ...more });
  navigator.sendBeacon("/api/timings", new Blob([said], { type: "application/json" }));
}

export function mountTimings() {
  window.addEventListener("load", () => {
    const density = Number(document.documentElement.dataset.visualDensity ?? 3);
    const [page] = performance.getEntriesByType("navigation");
    // How long it took is known once the event is over.
    setTimeout(() => measured("page", page?.duration ?? 0, { density }));
  });
}
