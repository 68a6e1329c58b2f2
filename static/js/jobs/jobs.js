/** Pages of jobs, and of what jobs do, show what has changed, without a reload, as long as somebody looks at them. */
import { onChange } from "../updates/changes.js";

/** While jobs run, there may be something new several times a second. */
const EVERY_MS = 1000;
/** Speed and time left change without anything that we would be told of. */
const MOVING_MS = 3000;

/** What each list was last brought up to date with. @type {WeakMap<Element, Node>} */
const latest = new WeakMap();
let isStale = false;
let updatedAt = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** Bring the list up to date whenever a job has changed, and while something in it moves. */
export function mountJobs() {
  onChange("job", expect);
  setInterval(() => {
    if (!document.hidden && document.querySelector("[data-jobs] [data-moving]")) expect();
  }, MOVING_MS);
}

/** Look at the list anew before long. */
function expect() {
  isStale = true;
  timer ??= setTimeout(freshen, Math.max(EVERY_MS / 4, updatedAt + EVERY_MS - Date.now()));
}

/** Bring it up to date as soon as that disturbs nobody. */
async function freshen() {
  timer = undefined;
  const list = document.querySelector("[data-jobs]");
  if (list === null) isStale = false;
  else if (isFree(list)) {
    isStale = false;
    await update(list);
  }
  if (isStale) timer ??= setTimeout(freshen, EVERY_MS);
}

/** @param {Element} list */
async function update(list) {
  const address = location.href;
  const response = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!response?.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const news = page.querySelector("[data-jobs]");
  if (!news || location.href !== address || latest.get(list)?.isEqualNode(news)) return;
  // Somebody may have gone elsewhere, or reached for a button, while the answer was on its way.
  if (!isFree(list)) {
    isStale = list.isConnected;
    return;
  }
  updatedAt = Date.now();
  latest.set(list, news.cloneNode(true));
  list.replaceChildren(...news.childNodes);
  document.dispatchEvent(new CustomEvent("reelgate:list"));
}

/** Whether it can be exchanged without anybody noticing. @param {Element} list */
function isFree(list) {
  return list.isConnected && !document.hidden && !list.contains(document.activeElement);
}
