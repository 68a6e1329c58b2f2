/** What a list is narrowed by, from its address to a question of the API. */

/** @param {string} search of the address @returns {Object<string, string | number | boolean>} */
export function filtersOf(search) {
  const asked = new URLSearchParams(search);
  /** @type {Object<string, string | number | boolean>} */
  const query = {};
  for (const name of ["q", "tag", "artist", "collection", "missing", "tier"]) {
    const value = asked.get(name);
    if (value) query[name] = value;
  }
  const length = asked.get("longer_than");
  if (length) query.longer_than = Number(length);
  if (asked.get("held") === "true") query.held = true;
  return query;
}
