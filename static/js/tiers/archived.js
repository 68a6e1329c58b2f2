/** The notice in the place of a film that is in the archive: once the film is back, its page is shown anew. */
import { go } from "../site/navigation.js";
import { onChange } from "../updates/changes.js";

onChange("video", (id, change) => {
  const page = document.querySelector(".watch:has(.archived)");
  if (!(page instanceof HTMLElement) || (id !== null && page.dataset.id !== id)) return;
  if (change === null || change.type === "tier.changed") go(location.pathname + location.search + location.hash);
});
