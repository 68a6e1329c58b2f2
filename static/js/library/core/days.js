/** Which entries of a list begin another day. */

/** The day of a moment where its reader is, as a key. @param {Date} moment */
export function dayOf(moment) {
  return `${moment.getFullYear()}-${moment.getMonth() + 1}-${moment.getDate()}`;
}

/**
 * The places in a list before which a heading belongs: the first of those shown on each day.
 * @param {{moment: Date, isShown: boolean}[]} entries in their order @returns {number[]}
 */
export function beginnings(entries) {
  /** @type {number[]} */
  const found = [];
  let last = "";
  entries.forEach(({ moment, isShown }, index) => {
    const day = dayOf(moment);
    if (!isShown || day === last) return;
    found.push(index);
    last = day;
  });
  return found;
}
