/**
 * Where storage hands out the bytes, what a player reads from works for some minutes. When it meets the end of that,
 * the player is sent to the server once more, for another address, and goes on as it was.
 */

/** Players that have been sent there and do not play yet. @type {WeakSet<HTMLVideoElement>} */
const trying = new WeakSet();
/** Players that somebody has let play. @type {WeakSet<HTMLVideoElement>} */
const playing = new WeakSet();

/** Remember of a player whether it is to play: one that fails pauses by itself. @param {HTMLVideoElement} video */
export function mountRenewing(video) {
  if (!video.paused) playing.add(video);
  video.addEventListener("play", () => playing.add(video));
  video.addEventListener("pause", () => video.error || playing.delete(video));
}

/**
 * Give a player that has failed another address to read from, and put it back to where it was: its place, its speed,
 * its captions, and playing when it did. False where that is of no use.
 * @param {HTMLVideoElement} video
 */
export function renew(video) {
  if (!video.hasAttribute("data-renewable") || trying.has(video)) return false;
  const { currentTime, playbackRate } = video;
  const modes = [...video.textTracks].map((track) => track.mode);
  trying.add(video);
  video.addEventListener("canplay", () => trying.delete(video), { once: true });
  video.addEventListener(
    "loadedmetadata",
    () => {
      video.playbackRate = playbackRate;
      video.currentTime = currentTime;
      [...video.textTracks].forEach((track, index) => {
        track.mode = modes[index] ?? track.mode;
      });
    },
    { once: true },
  );
  video.load();
  if (playing.has(video)) video.play().catch(() => undefined); // A failure is an error event of its own.
  return true;
}
