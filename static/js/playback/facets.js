/** The column beside the film: one of its sections at a time, chosen by a tab or by the address. */

export function mountFacets() {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href^='#']") : null;
    const facet = facetOf(link?.getAttribute("href") ?? "");
    if (facet === null || !link || event.defaultPrevented) return;
    event.preventDefault();
    showFacet(facet);
    if (link.closest(".facet-tabs")) return;
    facet.focus({ preventScroll: true });
    facet.closest(".column")?.scrollIntoView({ block: "nearest" });
  });
  for (const name of ["hashchange", "popstate"]) window.addEventListener(name, showNamed);
  document.addEventListener("reelgate:page", showNamed);
  showNamed();
}

/** Show one section in the place of the one that is shown. @param {HTMLElement} facet */
export function showFacet(facet) {
  for (const each of document.querySelectorAll(".facet")) each.classList.toggle("current", each === facet);
  for (const link of document.querySelectorAll(".facet-tabs a")) {
    if (link.getAttribute("href") === `#${facet.id}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  facet.dispatchEvent(new CustomEvent("reelgate:facet", { bubbles: true }));
}

function showNamed() {
  const facet = facetOf(location.hash);
  if (facet) showFacet(facet);
}

/** @param {string} hash */
function facetOf(hash) {
  const facet = hash.startsWith("#") ? document.getElementById(hash.slice(1)) : null;
  return facet?.classList.contains("facet") ? facet : null;
}
