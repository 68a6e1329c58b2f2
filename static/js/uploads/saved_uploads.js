/**
 * Uploads that are not finished, as this browser remembers them: enough to go on after a reload or a crash. Where it
 * keeps nothing (a private window), uploads work and are not remembered.
 */

/** @typedef {import("./transports.js").Memory} Memory */
/**
 * @typedef {object} Entry
 * @property {string} key
 * @property {string} [owner] whose it is, by the account's id; nothing where there was none
 * @property {string} name
 * @property {number} size
 * @property {number} lastModified
 * @property {string} title what a person has called it, or nothing
 * @property {string | null} print
 * @property {FileSystemFileHandle | null} handle the file itself, where the browser gives it out
 * @property {Memory} memory
 */

const STORE = "uploads";

/** @type {Promise<IDBDatabase> | null} */
let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("reelgate", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "key" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

/**
 * @template T
 * @param {IDBTransactionMode} mode @param {(store: IDBObjectStore) => IDBRequest<T>} act
 * @returns {Promise<T | null>}
 */
async function run(mode, act) {
  try {
    const database = await open();
    return await new Promise((resolve, reject) => {
      const request = act(database.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } catch {
    return null;
  }
}

/** @param {Entry} entry */
export const keep = (entry) => run("readwrite", (store) => store.put(entry));

/** @param {string} key */
export const forget = (key) => run("readwrite", (store) => store.delete(key));

/** @returns {Promise<Entry[]>} */
export const entries = async () => (await run("readonly", (store) => store.getAll())) ?? [];

/**
 * Take an upload for this page, until it closes; false when another tab has it.
 * @param {string} key @returns {Promise<boolean>}
 */
export function claim(key) {
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve) => {
    navigator.locks.request(`reelgate.upload.${key}`, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock === null ? undefined : new Promise(() => undefined);
    });
  });
}
