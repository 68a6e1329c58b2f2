/** Text for the clipboard. */
import { libraryTexts as texts } from "../core/texts.js";
import { toast } from "./toast.js";

/** @param {string} text @param {string} [done] what is said when it is there */
export async function copy(text, done = texts.copied) {
  try {
    await navigator.clipboard.writeText(text);
    toast(done);
  } catch {
    toast(texts.notCopied);
  }
}
