/** Work on many things, a few at a time. */

/**
 * Do the work for each item and tell what became of it, in the order of the items; never rejects.
 * @template T, R
 * @param {T[]} items @param {(item: T) => Promise<R>} work @param {number} [atOnce]
 * @returns {Promise<PromiseSettledResult<R>[]>}
 */
export async function each(items, work, atOnce = 4) {
  /** @type {PromiseSettledResult<R>[]} */
  const results = new Array(items.length);
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      [results[index]] = await Promise.allSettled([work(items[index])]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
