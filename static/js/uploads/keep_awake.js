/** Keeps the screen on while something uploads: a machine that falls asleep sends nothing. */

/** @type {any} */
let lock = null;
let isWanted = false;

/** @param {boolean} wanted */
export function keepAwake(wanted) {
  if (wanted === isWanted) return;
  isWanted = wanted;
  settle();
}

/** The browser takes the lock back when the page is hidden; it is asked for again when it shows. */
export function mountAwake() {
  document.addEventListener("visibilitychange", settle);
}

async function settle() {
  const { wakeLock } = /** @type {any} */ (navigator);
  if (wakeLock === undefined) return;
  if (isWanted && document.visibilityState === "visible") {
    lock = await wakeLock.request("screen").catch(() => null); // Low on power: the browser knows better.
  } else if (!isWanted && lock !== null) {
    await lock.release();
    lock = null;
  }
}
