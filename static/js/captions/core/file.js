/** A track as a file of WebVTT, and its moments as people write them. */

/** @typedef {import("./cues.js").Cue} Cue */

const MOMENT = /^\s*(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,5})(?:[.,](\d{1,3}))?\s*$/;

/** @param {Cue[]} cues @param {string[]} heads what stands above them */
export function fileOf(cues, heads) {
  const blocks = cues.map(({ start, end, text, id, settings }) => {
    // An empty line would end the cue.
    const lines = text.split(/\r\n?|\n/).filter((line) => line.trim());
    const times = `${moment(start)} --> ${moment(end)}${settings ? ` ${settings}` : ""}`;
    return [...(id ? [id] : []), times, ...lines].join("\n");
  });
  return `${["WEBVTT", ...heads, ...blocks].join("\n\n")}\n`;
}

/** A moment with hours. @param {number} milliseconds */
function moment(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const rest = String(milliseconds % 1000).padStart(3, "0");
  return `${parts.map((part) => String(part).padStart(2, "0")).join(":")}.${rest}`;
}

/** A moment as short as it can be said: `1:04.2`. @param {number} milliseconds */
export function shown(milliseconds) {
  const [, hours = "", rest = ""] = /^(\d+):(.*)$/.exec(moment(milliseconds)) ?? [];
  const short = Number(hours) > 0 ? `${Number(hours)}:${rest}` : rest.replace(/^0(?=\d:)/, "");
  return short.replace(/0{1,2}$/, "");
}

/** What somebody has typed, in milliseconds; null where it is no moment. @param {string} text */
export function typed(text) {
  const found = MOMENT.exec(text);
  if (found === null) return null;
  const [hours, minutes, seconds] = found.slice(1, 4).map((digits) => Number(digits ?? 0));
  const whole = (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
  return whole * 1000 + Number((found[4] ?? "").padEnd(3, "0"));
}
