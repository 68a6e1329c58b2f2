/** Numbers as people read them, as the server's pages have them too. */
import { t } from "./texts.js";

const UNITS = ["kB", "MB", "GB", "TB"];

/** @param {number} bytes */
export function fileSize(bytes) {
  if (bytes < 1000) return t("format.bytes", { count: bytes });
  let size = bytes / 1000;
  let unit = 0;
  while (size >= 999.5 && unit < UNITS.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${size.toFixed(size < 9.95 ? 1 : 0).replace(".", t("format.decimal"))} ${UNITS[unit]}`;
}

/** @param {number} seconds */
export function duration(seconds) {
  if (seconds < 90) return t("format.seconds", { number: Math.max(1, Math.round(seconds)) });
  if (seconds < 90 * 60) return t("format.minutes", { number: Math.round(seconds / 60) });
  return t("format.hours", { number: Math.round(seconds / 3600) });
}

/** Several facts in one line, without those that are not known. @param {string[]} facts */
export function joined(...facts) {
  return facts.filter(Boolean).join(" · ");
}
