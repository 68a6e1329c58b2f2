/** Waiting before something is tried again. */

/**
 * Wait, also until the browser has a network again.
 * @param {number} milliseconds
 * @param {AbortSignal} signal
 */
export function pauseFor(milliseconds, signal) {
  return new Promise((/** @type {(value?: unknown) => void} */ resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const end = () => {
      clearTimeout(timer);
      removeEventListener("online", proceed);
      signal.removeEventListener("abort", give);
    };
    const proceed = () => {
      end();
      resolve();
    };
    const give = () => {
      end();
      reject(signal.reason);
    };
    const timer = setTimeout(() => navigator.onLine && proceed(), milliseconds);
    addEventListener("online", proceed);
    signal.addEventListener("abort", give, { once: true });
  });
}
