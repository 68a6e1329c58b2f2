/** Files of captions: WebVTT and SubRip, which differ in little that matters here. */

/** @typedef {{start: number, end: number, text: string}} Cue in seconds */

const TIMES = /(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{3})\s+-->\s+(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{3})/;

/**
 * What is said when, in the order of the file; nothing when it is no such file.
 * @param {string} file its whole text @returns {Cue[]}
 */
export function cuesOf(file) {
  const parts = file.replace(/\r\n?/g, "\n").split(/\n{2,}/);
  return parts.flatMap((part) => {
    const lines = part.split("\n");
    const at = lines.findIndex((line) => TIMES.test(line));
    const times = TIMES.exec(lines[at] ?? "")?.slice(1).map((digits) => Number(digits ?? 0));
    const text = lines.slice(at + 1).join("\n").trim();
    if (times === undefined || text === "") return [];
    const [start, end] = [seconds(times.slice(0, 4)), seconds(times.slice(4))];
    return end > start ? [{ start, end, text }] : [];
  });
}

/** @param {number[]} parts */
function seconds([hours = 0, minutes = 0, rest = 0, thousandths = 0]) {
  return 3600 * hours + 60 * minutes + rest + thousandths / 1000;
}
