/** The texts of a language, for tests of what scripts say. */
import { readFileSync, readdirSync } from "node:fs";
import { speak } from "../../static/js/site/core/texts.js";

const TEXTS = new URL("../../texts/", import.meta.url);

/** Let the scripts speak a language. @param {string} language */
export function speaks(language) {
  const folder = new URL(`${language}/`, TEXTS);
  const all = readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .flatMap((file) =>
      Object.entries(JSON.parse(readFileSync(new URL(file, folder), "utf8"))).map(([key, message]) => [
        `${file.replace(".json", "")}.${key}`,
        message,
      ]),
    );
  speak(language, Object.fromEntries(all));
}
