/** Other places for the picture: the whole screen, and a window of its own above other programs. */

/** @typedef {{webkitEnterFullscreen?: () => void}} Phone what shows nothing but a film in full screen */

/** @param {HTMLVideoElement} video */
export function toggleFullScreen(video) {
  if (document.fullscreenElement) return document.exitFullscreen();
  const theatre = video.closest("[data-theatre]") ?? video;
  if (document.fullscreenEnabled) return theatre.requestFullscreen().catch(() => undefined);
  /** @type {Phone} */ (video).webkitEnterFullscreen?.();
}

/** @param {HTMLVideoElement} video */
export function togglePictureInPicture(video) {
  if (document.pictureInPictureElement) return document.exitPictureInPicture();
  // Before its head is here there is nothing to show there.
  return video.requestPictureInPicture().catch(() => undefined);
}

/** @param {HTMLVideoElement} video */
export const hasFullScreen = (video) => document.fullscreenEnabled || "webkitEnterFullscreen" in video;

/** @param {HTMLVideoElement} video */
export const hasPictureInPicture = (video) => document.pictureInPictureEnabled && !video.disablePictureInPicture;
