/** What has been done, to be undone and done again. Of each step only the cues are kept that it has changed. */

/** @typedef {import("./cues.js").Cue} Cue */
/** @typedef {{at: number, before: Cue[], after: Cue[], from: number, to: number, name: string}} Step */
/** @typedef {{cues: Cue[], key: number, done: Step[], undone: Step[]}} Work `key` is the cue that is worked on */

const MOST = 1000;

/** @param {Cue[]} cues @returns {Work} */
export function begin(cues) {
  return { cues, key: cues[0]?.key ?? 0, done: [], undone: [] };
}

/**
 * Go a step on. A step with the name of the one before it is a part of that one, while it is about the same cue:
 * letters that are typed one after the other are undone together.
 * @param {Work} work @param {import("./cues.js").Done} result @param {string} name @param {boolean} [goesOn]
 * @returns {Work}
 */
export function step(work, { cues, key }, name, goesOn = false) {
  if (cues === work.cues) return { ...work, key };
  const last = work.done.at(-1);
  const joins = goesOn && last !== undefined && last.name === name && last.to === key && work.undone.length === 0;
  const base = joins ? swapped(work.cues, last.at, last.after.length, last.before) : work.cues;
  const made = { ...difference(base, cues), from: joins ? last.from : work.key, to: key, name };
  const done = joins ? work.done.slice(0, -1) : work.done;
  return { cues, key, done: [...done, made].slice(-MOST), undone: [] };
}

/** Undo the last step, if there is one. @param {Work} work @returns {Work} */
export function undo(work) {
  const last = work.done.at(-1);
  if (last === undefined) return work;
  const cues = swapped(work.cues, last.at, last.after.length, last.before);
  return { cues, key: last.from, done: work.done.slice(0, -1), undone: [...work.undone, last] };
}

/** Do again what was undone last. @param {Work} work @returns {Work} */
export function redo(work) {
  const next = work.undone.at(-1);
  if (next === undefined) return work;
  const cues = swapped(work.cues, next.at, next.before.length, next.after);
  return { cues, key: next.to, done: [...work.done, next], undone: work.undone.slice(0, -1) };
}

/** @param {Cue[]} before @param {Cue[]} after */
function difference(before, after) {
  const least = Math.min(before.length, after.length);
  let [at, same] = [0, 0];
  while (at < least && before[at] === after[at]) at += 1;
  while (same < least - at && before.at(-1 - same) === after.at(-1 - same)) same += 1;
  return { at, before: before.slice(at, before.length - same), after: after.slice(at, after.length - same) };
}

/** @param {Cue[]} cues @param {number} at @param {number} count @param {Cue[]} put */
function swapped(cues, at, count, put) {
  return [...cues.slice(0, at), ...put, ...cues.slice(at + count)];
}
