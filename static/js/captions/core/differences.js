/** What two versions of a track do not have in common. */

/** @typedef {import("./cues.js").Cue} Cue */

/** @param {Cue[]} mine @param {Cue[]} theirs @returns {{count: number, mine: Cue[], theirs: Cue[]}} */
export function differences(mine, theirs) {
  const [onlyMine, onlyTheirs] = [without(mine, theirs), without(theirs, mine)];
  return { count: Math.max(onlyMine.length, onlyTheirs.length), mine: onlyMine, theirs: onlyTheirs };
}

/** @param {Cue[]} cues @param {Cue[]} others */
function without(cues, others) {
  const there = new Set(others.map(said));
  return cues.filter((cue) => !there.has(said(cue)));
}

/** @param {Cue} cue */
const said = ({ start, end, text, settings }) => JSON.stringify([start, end, text.trim(), settings]);
