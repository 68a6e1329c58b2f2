/** Which subtitles a key shows. */

/**
 * What is shown goes away. Else those come that were shown last, else the newest from a file of the one who watches,
 * else those in the language of the page, else the first.
 * @template {{language: string, mode: string}} T
 * @param {T[]} tracks in their order @param {{last: T | null, ofFilm: Set<T>, language: string}} about
 * @returns {T | undefined}
 */
export function trackToToggle(tracks, { last, ofFilm, language }) {
  const shown = tracks.find(({ mode }) => mode === "showing");
  if (shown !== undefined) return shown;
  if (last !== null && tracks.includes(last)) return last;
  return (
    tracks.filter((track) => !ofFilm.has(track)).at(-1) ??
    tracks.find((track) => isSameLanguage(track.language, language)) ??
    tracks[0]
  );
}

/** Whether two tags name one language, whatever their regions. @param {string} one @param {string} other */
export function isSameLanguage(one, other) {
  const language = plain(one);
  return language !== null && language === plain(other);
}

/** A language without its region; three letters become two where it has two. @param {string} language */
function plain(language) {
  try {
    return new Intl.Locale(language).language;
  } catch {
    return null;
  }
}
