/** The same done to many videos by the server: what became of it, and how far it is. */
import { t } from "../site/core/texts.js";
import { notice } from "../site/toast.js";
import { ask } from "./api.js";

/**
 * @typedef {{action: string, ids?: string[], query?: Object<string, string | number | boolean>,
 *   value?: string | string[]}} Wish
 */
/**
 * What became of it; `id` by which all of it can be taken back.
 * @typedef {{id: string, done: string[] | null, count: number, failures: number, reason: string}} Outcome
 */

/** Seconds between two looks at a job. */
const PAUSE = 1;

/**
 * Do it; a job is followed to its end, and can be stopped.
 * @param {Wish} wish @param {string} saying key of how far it is @returns {Promise<Outcome>}
 */
export const doMany = async (wish, saying) => follow(await ask("POST", "/api/bulk", { change: wish }), saying);

/** Take a deletion back. @param {string} id @returns {Promise<Outcome>} */
export const undoMany = async (id) => follow(await ask("POST", `/api/bulk/${id}/undo`), "library.restoring");

/** How many videos a list has. @param {Object<string, string | number | boolean>} query */
export const countMany = (query) => ask("POST", "/api/bulk/preview", { change: { query } });

/** @param {any} begun @param {string} saying @returns {Promise<Outcome>} */
async function follow(begun, saying) {
  if (begun.results) return outcome(begun.id, begun.results);
  const stop = () => ask("POST", begun.job.links.cancel).catch(() => null);
  const progress = notice({ label: t("library.stop"), act: stop, close: stop });
  try {
    for (;;) {
      const state = await ask("GET", `/api/bulk/${begun.id}`);
      progress.say(t(saying, { done: state.done + state.refused, all: state.count }));
      if (!["queued", "running"].includes(state.job?.state)) {
        const [first] = state.troubles;
        const reason = state.job?.error ?? first?.detail ?? "";
        const failures = state.job?.state === "failed" ? state.count - state.done : state.refused;
        return { id: begun.id, done: null, count: state.done, failures, reason };
      }
      await new Promise((resolve) => setTimeout(resolve, 1000 * PAUSE));
    }
  } finally {
    progress.remove();
  }
}

/** @param {string} id @param {{id: string, status: number, detail?: string}[]} results @returns {Outcome} */
function outcome(id, results) {
  const done = results.filter((each) => each.status < 300).map((each) => each.id);
  const reason = results.find((each) => each.status >= 300)?.detail ?? "";
  return { id, done, count: done.length, failures: results.length - done.length, reason };
}
