/** Links to moments of the film that is shown, such as those of what could be better about its captions. */

/** Mounts once for all pages: scripts exchange one page for another. */
export function mountMoments() {
  // Before what loads the pages that links lead to.
  document.addEventListener("click", seek, { capture: true });
}

/** Go to the moment that a link names, without loading the page again. @param {MouseEvent} event */
function seek(event) {
  const link = event.target instanceof Element ? event.target.closest("a[data-at]") : null;
  const video = document.querySelector("video");
  if (!(link instanceof HTMLAnchorElement) || video === null || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  video.currentTime = Number(link.dataset.at);
}
