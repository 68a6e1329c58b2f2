/** Event streams as text, and how long to wait before asking again. */

/** @typedef {{name: string, id: string, data: string}} Sent */

const [SOONEST, LONGEST] = [5_000, 60_000];

/**
 * The events of a stream that has ended, and the last position that it has given.
 * @param {string} text @returns {{events: Sent[], last: string | null}}
 */
export function eventsOf(text) {
  /** @type {Sent[]} */
  const events = [];
  let last = null;
  for (const block of text.split("\n\n")) {
    const fields = new Map(
      block
        .split("\n")
        .map((line) => /^([a-z]+): ?(.*)$/.exec(line))
        .filter((found) => found !== null)
        .map((found) => [found[1], found[2]]),
    );
    last = fields.get("id") ?? last;
    const data = fields.get("data");
    if (data !== undefined) events.push({ name: fields.get("event") ?? "message", id: last ?? "", data });
  }
  return { events, last };
}

/**
 * Milliseconds before the next question: more, the longer there was nothing to tell or nobody to answer.
 * @param {number} quiet how many questions have brought nothing @param {number} [chance] from 0 to 1
 */
export function pauseAfter(quiet, chance = Math.random()) {
  return Math.min(LONGEST, SOONEST * 2 ** Math.min(quiet, 10)) * (0.75 + chance / 2);
}
