/** Clips on the page of a film: their ends marked while it plays, asked for, and followed until they are there. */
import { t } from "../site/core/texts.js";
import { onAct, onSubmit, videoOf } from "../site/actions.js";
import { clock } from "../playback/core/times.js";
import { address, ask } from "../library/api.js";
import { complain } from "../site/toast.js";
import { momentText, secondsOf } from "./core/moments.js";
import { onChange } from "../updates/changes.js";
import { onKey } from "../site/keys.js";
import { player } from "../playback/player.js";
import { say } from "../playback/said.js";
import { showFacet } from "../playback/facets.js";
import { showTile, tilesFor } from "../playback/tiles.js";
import { tileAt } from "../playback/core/storyboard.js";

/**
 * @typedef {{id: string, title: string, start: number, end: number, state: string, error: ?string, job: ?string,
 *   links: {page: string}}} Clip
 */

const ENDS = /** @type {const} */ (["start", "end"]);
const GOING_ON = ["queued", "running"];

/** @typedef {import("../playback/tiles.js").Tile} Tile */
/** Storyboards that were asked for. @type {WeakMap<HTMLVideoElement, Promise<Tile[]>>} */
const tiles = new WeakMap();

/** Take the moment that is shown as an end of the clip. @param {"start" | "end"} end @returns {boolean} if it could */
function mark(end) {
  const [video, field] = [player(), fieldOf(end)];
  if (video === null || field === null) return false;
  field.value = momentText(video.currentTime);
  showStill(field);
  const facet = field.closest(".facet");
  if (facet instanceof HTMLElement) showFacet(facet);
  say(t(`clips.marked.${end}`, { moment: clock(video.currentTime) }));
  return true;
}

/** Show the picture of the moment that a field names. @param {HTMLInputElement} field */
async function showStill(field) {
  const [video, still] = [player(), field.closest(".clip-moment")?.querySelector(".clip-still")];
  if (video === null || !(still instanceof HTMLElement)) return;
  tiles.set(video, tiles.get(video) ?? tilesFor(video));
  const known = (await tiles.get(video)) ?? [];
  const moment = secondsOf(field.value);
  showTile(still, Number.isNaN(moment) ? undefined : tileAt(known, moment));
}

/** @param {HTMLFormElement} form */
async function make(form) {
  const said = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
  const wish = { start: secondsOf(said.start), end: secondsOf(said.end), exact: said.cut === "exact" };
  try {
    const url = `${address(videoOf(form)?.dataset.id ?? "")}/clips`;
    const { clip } = await ask("POST", url, { change: said.title.trim() ? { ...wish, title: said.title } : wish });
    form.reset();
    for (const end of ENDS) showStill(/** @type {HTMLInputElement} */ (fieldOf(end)));
    show(newRow(), clip);
    say(t("clips.begun"));
  } catch (error) {
    complain(error);
  }
}

/** @returns {HTMLElement} */
function newRow() {
  const shape = document.getElementById("clip-row");
  const list = document.querySelector(".clip-list");
  const row = shape instanceof HTMLTemplateElement ? shape.content.firstElementChild?.cloneNode(true) : null;
  const item = row instanceof HTMLElement ? row : document.createElement("li");
  list?.append(item);
  return item;
}

/** Ask how far a clip is. @param {HTMLElement} row @param {number} [progress] of its job */
async function follow(row, progress) {
  const bar = row.querySelector("progress");
  if (bar && progress !== undefined) bar.value = progress;
  try {
    show(row, await ask("GET", `/api/clips/${encodeURIComponent(row.dataset.clip ?? "")}`));
  } catch {
    // It is asked for again at the next change.
  }
}

/** @param {HTMLElement} row @param {Clip} clip */
function show(row, clip) {
  const goesOn = GOING_ON.includes(clip.state);
  const isReady = !goesOn && clip.state === "ready";
  Object.assign(row.dataset, { clip: clip.id, state: clip.state });
  if (goesOn && clip.job) row.dataset.job = clip.job;
  else delete row.dataset.job;
  const [link, times] = [row.querySelector("a"), row.querySelector(".clip-times")];
  const [state, bar] = [row.querySelector(".clip-state"), row.querySelector("progress")];
  if (link) link.textContent = clip.title;
  if (link && isReady) link.href = clip.links.page;
  if (times) times.textContent = `${clock(clip.start)}–${clock(clip.end)}`;
  if (bar) bar.hidden = !goesOn;
  if (state instanceof HTMLElement) {
    state.hidden = isReady;
    state.textContent = isReady ? "" : clip.error || t(`clips.states.${clip.state}`);
  }
  document.querySelector(".no-clips")?.setAttribute("hidden", "");
}

/** @param {"start" | "end"} end */
function fieldOf(end) {
  const field = document.querySelector(`.new-clip [name=${end}]`);
  return field instanceof HTMLInputElement ? field : null;
}

for (const end of ENDS) onAct(`clip-${end}`, () => mark(end));
document.addEventListener("input", ({ target }) => {
  if (target instanceof HTMLInputElement && target.matches(".clip-moment input")) showStill(target);
});
onKey("i", () => mark("start"));
onKey("o", () => mark("end"));
onSubmit(".new-clip", make);
onChange("job", (id, change) => {
  for (const row of document.querySelectorAll(".clip-list [data-job]")) {
    if (row instanceof HTMLElement && (id === null || row.dataset.job === id)) follow(row, change?.work?.progress);
  }
});
