/** Text for the clipboard. */
import { t } from "./core/texts.js";
import { toast } from "./toast.js";

/** @param {string} text @param {string} [done] what is said when it is there */
export async function copy(text, done = t("site.copied")) {
  try {
    await navigator.clipboard.writeText(text);
    toast(done);
  } catch {
    toast(t("site.not_copied"));
  }
}
