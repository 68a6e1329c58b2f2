/**
 * Pages that are fetched for as long as it takes: while network or server are away, that is said, and it is tried
 * again.
 */
import { backOff } from "../uploads/core/blocks.js";
import { t } from "./core/texts.js";
import { fetchPage } from "./page_fetch.js";
import { pauseFor } from "./retry_delay.js";
import { notice } from "./toast.js";

/** Waiting for longer than this between two tries would be noticed once the server is back. */
const LONGEST = 5000;

/**
 * The page at an address, once it can be had; null when only the browser itself can go there, undefined when it is no
 * longer wanted.
 * @param {string} address @param {AbortController} wanted aborted when it is not
 * @returns {Promise<import("./page_fetch.js").Fetched | null | undefined>}
 */
export async function reach(address, wanted) {
  const { signal } = wanted;
  let press = () => {};
  /** @type {import("./toast.js").Notice | null} */
  let word = null;
  try {
    for (let failures = 1; !signal.aborted; failures += 1) {
      const page = await fetchPage(address, signal).catch(() => undefined);
      if (page !== undefined || signal.aborted) return page;
      word ??= notice({ label: t("site.try_again"), act: () => press(), close: () => wanted.abort() });
      word.say(navigator.onLine ? t("site.server_away") : t("site.network_away"));
      const pressed = new Promise((/** @type {(value?: unknown) => void} */ resolve) => {
        press = resolve;
      });
      const pause = pauseFor(Math.min(LONGEST, backOff(failures)), signal).catch(() => undefined);
      await Promise.race([pressed, pause]);
    }
    return undefined;
  } finally {
    word?.remove();
  }
}
