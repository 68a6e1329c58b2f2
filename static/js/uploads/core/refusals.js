/** What an answer other than the one hoped for means for an upload. No network, no DOM. */

/**
 * @typedef {{status: number, detail: string, retryAfter: number}} Refusal `status` 0: there was no answer; `detail`
 * the server's own sentence, or nothing
 */

/** What passes by itself, however long it takes: no answer, or too many requests. */
const PASSING = new Set([0, 429]);
/** What passes too, but not for ever: a stalled body, a place that moved, a held lock, a broken chunk. */
const DOUBTFUL = new Set([408, 409, 423, 460]);
/** The session has ended: nothing is wrong with the upload, and nothing helps but to sign in. */
const SIGNED_OUT = 401;
/** What the server says of the file itself: another try ends the same way. */
const FINAL = new Set([400, 413, 415, 422]);
/** The server has nothing of it any more. */
const GONE = new Set([404, 410]);
const MOST_DOUBTS = 12;
/** For so many seconds a server that is at fault is asked again while nothing more arrives. */
const PATIENCE = 15 * 60;

/**
 * `again`: try by itself. `signed-out`: go on once somebody has signed in. `stopped`: given up for now, what has
 * arrived is kept. `ended`: the server has nothing of it any more. `refused`: it can never become a video.
 * @typedef {"again" | "signed-out" | "stopped" | "ended" | "refused"} Verdict
 */

/** How often, and for how long, an upload has been turned away since bytes last arrived. */
export class Patience {
  constructor() {
    this.arrived = -1;
    this.failures = 0;
    this.since = 0;
  }

  /** Begin anew: somebody wants it tried. */
  renew() {
    this.arrived = -1;
  }

  /**
   * @param {Refusal} refusal @param {{arrived: number, now: number}} at bytes that the server has, and seconds
   * @returns {Verdict}
   */
  judge({ status, detail }, { arrived, now }) {
    if (arrived !== this.arrived) Object.assign(this, { arrived, failures: 0, since: now });
    this.failures += 1;
    if (PASSING.has(status)) return "again";
    if (status === SIGNED_OUT) return "signed-out";
    if (status >= 500) return now - this.since < PATIENCE ? "again" : "stopped";
    if (DOUBTFUL.has(status)) return this.failures <= MOST_DOUBTS ? "again" : "stopped";
    if (GONE.has(status)) return "ended";
    // Without a sentence it is not our server that speaks, but something before it, which knows nothing of the file.
    return FINAL.has(status) && detail !== "" ? "refused" : "stopped";
  }
}
