/** Files of captions: WebVTT and SubRip, which differ in little that matters here. */

/** @typedef {{start: number, end: number, text: string}} Cue in seconds */

const TIMES = /(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{3})\s+-->\s+(?:(\d{1,3}):)?(\d{1,2}):(\d{2})[.,](\d{3})/;

/**
 * What is said when, in the order of the file; nothing when it is no such file.
 * @param {string} file its whole text @returns {Cue[]}
 */
export function cuesOf(file) {
  /** @type {Cue[]} */
  const cues = [];
  let isOpen = false;
  for (const line of file.split(/\r\n?|\n/)) {
    const times = TIMES.exec(line)
      ?.slice(1)
      .map((digits) => Number(digits ?? 0));
    const last = cues.at(-1);
    if (times !== undefined) cues.push({ start: seconds(times.slice(0, 4)), end: seconds(times.slice(4)), text: "" });
    else if (isOpen && last) last.text = `${last.text}\n${line}`.trim();
    isOpen = times !== undefined || (isOpen && line.trim() !== "");
  }
  return cues.filter(({ start, end, text }) => end > start && text !== "");
}

/** @param {number[]} parts */
function seconds([hours = 0, minutes = 0, rest = 0, thousandths = 0]) {
  return 3600 * hours + 60 * minutes + rest + thousandths / 1000;
}
