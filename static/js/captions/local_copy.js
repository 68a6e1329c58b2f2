/** What the server could not take yet, kept in the browser for the one who wrote it. */
import { recall, remember } from "../site/core/stored_values.js";
import { account } from "../site/session.js";

/** @typedef {import("./core/cues.js").Sent} Sent */
/** @typedef {{etag: string | null, based_on: string | null, cues: Sent[], heads: string[]}} Kept */

export class LocalCopy {
  #name;

  /** @param {string} track what it is a copy of */
  constructor(track) {
    this.#name = `captions.${account()}.${track}`;
  }

  /** @param {Kept} record */
  keep(record) {
    remember(this.#name, JSON.stringify(record));
  }

  forget() {
    remember(this.#name, null);
  }

  /** @returns {Kept | null} */
  find() {
    try {
      const found = JSON.parse(recall(this.#name) ?? "null");
      return Array.isArray(found?.cues) ? found : null;
    } catch {
      return null;
    }
  }
}
