/** What people call a language. */

/**
 * The name of a language in another one, or null where it has none.
 * @param {string} language as BCP 47 or ISO 639-2 writes it @param {string} shownIn
 */
export function languageName(language, shownIn) {
  try {
    return new Intl.DisplayNames([shownIn], { type: "language", fallback: "none" }).of(language) ?? null;
  } catch {
    return null;
  }
}
