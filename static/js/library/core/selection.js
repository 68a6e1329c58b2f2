/** Which of a list's entries are selected, by whatever way the list is ordered at the time. */
export class Selection {
  constructor() {
    /** @type {Set<string>} */
    this.ids = new Set();
    /** From where Shift selects a range: what was chosen last. @type {string | null} */
    this.anchor = null;
  }

  /** @param {string} id @param {boolean} on */
  set(id, on) {
    if (on) this.ids.add(id);
    else this.ids.delete(id);
    this.anchor = id;
  }

  /**
   * Give everything between the anchor and `id` the state `on`; without an anchor that is in the list, `id` alone.
   * @param {string[]} order @param {string} id @param {boolean} on
   */
  extend(order, id, on) {
    const [from, to] = [order.indexOf(this.anchor ?? id), order.indexOf(id)];
    if (from < 0 || to < 0) return this.set(id, on);
    for (const each of order.slice(Math.min(from, to), Math.max(from, to) + 1)) this.set(each, on);
    this.anchor = id;
  }

  /** @param {Iterable<string>} ids */
  setAll(ids) {
    for (const id of ids) this.ids.add(id);
  }

  clear() {
    this.ids.clear();
    this.anchor = null;
  }
}
