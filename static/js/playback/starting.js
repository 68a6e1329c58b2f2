/** How long a film takes from the wish to play it until it plays, told to the server once. */
import { measured } from "../site/timings.js";
import { hasRendition } from "./renditions.js";

/** @param {HTMLVideoElement} video */
export function mountStarting(video) {
  let asked = NaN;
  video.addEventListener("play", () => (asked = performance.now()), { once: true });
  video.addEventListener(
    "playing",
    () => {
      const type = hasRendition(video) ? "hls" : (video.getAttribute("type") ?? "other");
      if (asked > 0) measured("start", performance.now() - asked, { type });
    },
    { once: true },
  );
}
