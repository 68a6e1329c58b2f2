/** What can be said of a file before a byte of it is sent. */
import { fileSize } from "../../site/core/format.js";
import { t } from "../../site/core/texts.js";

/** @typedef {{extensions: string[] | null, largest: number, mode: "proxy" | "direct"}} Rules `extensions` null: any */

/**
 * The rules that the server has put on the page.
 * @param {DOMStringMap} data @returns {Rules}
 */
export function rulesOf(data) {
  return {
    extensions: data.extensions ? data.extensions.split(",") : null,
    largest: Number(data.largest),
    mode: data.uploadMode === "direct" ? "direct" : "proxy",
  };
}

/**
 * Why the server would refuse the file, or null.
 * @param {{name: string, size: number}} file @param {Rules} rules
 */
export function fault(file, { extensions, largest }) {
  if (extensions !== null && !extensions.includes(extensionOf(file.name))) return notAVideo(extensionOf(file.name));
  if (file.size === 0) return t("uploads.empty");
  if (file.size > largest) return t("uploads.too_large", { size: fileSize(largest) });
  return null;
}

/** A title for a file that nobody has named yet. @param {string} name */
export function titleFrom(name) {
  return (
    name
      .replace(/\.[^.]*$/, "")
      .replace(/[\s_]+/g, " ")
      .trim() || name
  );
}

/** @param {string} extension */
function notAVideo(extension) {
  return extension ? t("uploads.not_a_video", { extension }) : t("uploads.no_extension");
}

/** @param {string} name */
function extensionOf(name) {
  return /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
}
