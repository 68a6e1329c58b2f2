/** Cards of films that have just come in: the list is asked again until the server has pictures of them. */
import { freshen } from "./cards.js";

/** Seconds after which the list is asked; where nobody looks into films, it is not asked for ever. */
const PAUSES = [1, 1, 2, 2, 4, 8, 15, 30, 60, 60];
const NEW_SECONDS = 600;

let asked = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let waiting;

export function mountArrivals() {
  document.addEventListener("reelgate:stored", () => start());
  document.addEventListener("reelgate:page", () => start());
  document.addEventListener("reelgate:list", () => wait());
  start();
}

function start() {
  asked = 0;
  wait();
}

function wait() {
  clearTimeout(waiting);
  if (!isAwaiting() || asked >= PAUSES.length) return;
  waiting = setTimeout(async () => {
    asked += 1;
    await freshen();
    wait();
  }, 1000 * PAUSES[asked]);
}

/** Whether a new card has no picture of the server's yet. */
function isAwaiting() {
  const now = Date.now();
  return [
    ...document.querySelectorAll("#library .card:not([data-still=shown][data-seconds][data-preview], .skeleton)"),
  ].some((card) => {
    const came = card.querySelector("time")?.dateTime;
    return came !== undefined && now - Date.parse(came) < 1000 * NEW_SECONDS;
  });
}
