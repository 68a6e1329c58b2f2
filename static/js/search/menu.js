/** What is found in everything, under the field of the search: as you type, and walked by arrow keys. */
import { t } from "../site/core/texts.js";
import { clock } from "../playback/core/times.js";
import { ask } from "../library/api.js";
import { go } from "../site/navigation.js";

/** @typedef {{id: string, title: string, url: string, excerpt?: string, at?: number}} Result */
/** @typedef {{kind: string, results: Result[]}} Group */

const PAUSE_MS = 180;
const MOST = 5;
/** What the field is while its menu is open; without one it is a field to search. */
const OPEN = { role: "combobox", "aria-autocomplete": "list", "aria-controls": "found-menu", "aria-expanded": "true" };

/** What was asked for last: an answer to something before is not shown. */
let newest = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let abort = new AbortController();

const field = document.getElementById("q");
const menu = document.createElement("div");
if (field instanceof HTMLInputElement) mount(field);

/** @param {HTMLInputElement} input */
function mount(input) {
  Object.assign(menu, { id: "found-menu", className: "found-menu", hidden: true, role: "listbox" });
  menu.setAttribute("aria-label", t("search.title"));
  input.form?.append(menu);
  input.addEventListener("input", () => follow(input));
  input.addEventListener("keydown", (event) => press(event, input));
  input.form?.addEventListener("focusout", (event) => {
    if (!(event.relatedTarget instanceof Node) || !input.form?.contains(event.relatedTarget)) close();
  });
  input.form?.addEventListener("submit", close);
  menu.addEventListener("pointerdown", (event) => event.preventDefault());
  menu.addEventListener("click", (event) => {
    const option = event.target instanceof Element ? event.target.closest("a") : null;
    if (!(option instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(option);
  });
  document.addEventListener("reelgate:page", close);
  // Somebody may have typed while this was on its way.
  follow(input);
}

/** @param {HTMLInputElement} input */
function follow(input) {
  clearTimeout(timer);
  // The list of videos follows the field by itself; there the menu comes when it is asked for.
  if (input.value.trim() === "" || (document.getElementById("library") && menu.hidden)) return close();
  timer = setTimeout(() => find(input.value), PAUSE_MS);
}

/** @param {KeyboardEvent} event @param {HTMLInputElement} input */
function press(event, input) {
  const all = options();
  const at = all.findIndex((each) => each.ariaSelected === "true");
  if (event.key === "Escape" && !menu.hidden) {
    event.preventDefault();
    return close();
  }
  if (event.key === "Enter" && at >= 0) {
    event.preventDefault();
    return open(all[at]);
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  if (menu.hidden) return input.value.trim() && find(input.value);
  select(all, event.key === "ArrowDown" ? at + 1 : Math.max(at, 0) - 1);
}

/** @param {HTMLAnchorElement[]} all @param {number} to */
function select(all, to) {
  const chosen = all.at(to % Math.max(1, all.length));
  for (const each of all) each.ariaSelected = String(each === chosen);
  if (chosen) field?.setAttribute("aria-activedescendant", chosen.id);
  chosen?.scrollIntoView({ block: "nearest" });
}

/** @param {string} words */
async function find(words) {
  const mine = ++newest;
  abort.abort();
  abort = new AbortController();
  const address = `/api/search?limit=${MOST}&q=${encodeURIComponent(words.trim())}`;
  const found = await ask("GET", address, { signal: abort.signal }).catch(() => null);
  if (mine === newest && found && document.activeElement === field) show(found.groups, words.trim());
}

/** @param {Group[]} groups @param {string} words */
function show(groups, words) {
  const parts = groups.filter((group) => group.results.length > 0).map(groupOf);
  const everything = optionOf({
    id: "",
    title: t("search.everything", { words }),
    url: `/search?q=${encodeURIComponent(words)}`,
  });
  menu.replaceChildren(...parts, everything);
  options().forEach((each, index) => (each.id = `found-${index}`));
  menu.hidden = false;
  for (const [name, value] of Object.entries(OPEN)) field?.setAttribute(name, value);
}

/** @param {Group} group */
function groupOf({ kind, results }) {
  const part = document.createElement("div");
  part.role = "group";
  const name = document.createElement("p");
  name.role = "presentation";
  name.textContent = t(`search.kinds.${kind}`);
  part.ariaLabel = name.textContent;
  part.append(name, ...results.map(optionOf));
  return part;
}

/** @param {Result} result */
function optionOf({ title, url, excerpt, at }) {
  const option = document.createElement("a");
  Object.assign(option, { href: url, role: "option", tabIndex: -1, ariaSelected: "false", dir: "auto" });
  option.textContent = at === undefined ? title : `${title} · ${clock(at)}`;
  if (excerpt) option.append(Object.assign(document.createElement("small"), { textContent: excerpt, dir: "auto" }));
  return option;
}

/** @returns {HTMLAnchorElement[]} */
function options() {
  return [...menu.querySelectorAll("a")];
}

/** @param {HTMLAnchorElement} option */
function open(option) {
  close();
  const { pathname, search, hash } = option;
  go(pathname + search + hash);
}

function close() {
  newest += 1;
  clearTimeout(timer);
  menu.hidden = true;
  for (const name of [...Object.keys(OPEN), "aria-activedescendant"]) field?.removeAttribute(name);
}
