/** Whether whom the page was made for is signed in; a session may end, and another begin, while an upload runs. */

import { pauseFor } from "./retry_delay.js";

const LOOK_EVERY = 10_000;
const GONE = new Set([404, 410]);

/** Where one signs in without leaving this page. */
export const SIGN_IN = "/login?next=%2F";

/** Whom the page was made for, by id; nobody's where the server asks nobody who they are. */
export const account = () => document.body.dataset.account ?? "";

/** The same by name. */
export const accountName = () => document.body.dataset.accountName ?? "";

/**
 * What is answered to something of theirs: as if nobody were signed in where it is somebody else by now, who is told
 * nothing of it. What `begins` an upload is not sent then, or it would be that person's.
 * @param {() => Promise<Response>} send @param {AbortSignal} signal @param {{begins?: boolean}} [what]
 */
export async function askAsOurs(send, signal, { begins = false } = {}) {
  if (begins && !(await isStillOurs(signal))) return signedOut();
  const answer = await send();
  return GONE.has(answer.status) && !(await isStillOurs(signal)) ? signedOut() : answer;
}

/**
 * Wait until they are signed in again, in whichever tab: looked for when this one is seen, and every ten seconds.
 * @param {AbortSignal} signal
 */
export async function signedInAgain(signal) {
  const look = () =>
    isSignedIn(signal).catch((error) => {
      if (signal.aborted) throw error;
      return false;
    });
  while (!(await look())) await nextLook(signal);
}

/** @param {AbortSignal} signal */
const isStillOurs = async (signal) => account() === "" || (await isSignedIn(signal));

const signedOut = () => new Response(null, { status: 401 });

/** @param {AbortSignal} signal */
async function isSignedIn(signal) {
  const answer = await fetch("/api/auth/user", { signal, cache: "no-store" });
  if (answer.status === 401) return false;
  if (!answer.ok) throw new Error(`Who is signed in was answered ${answer.status}.`);
  const { id } = await answer.json();
  return ["", id].includes(account());
}

/** @param {AbortSignal} signal */
async function nextLook(signal) {
  const looked = new AbortController();
  const seen = new Promise((resolve) => addEventListener("focus", resolve, { once: true, signal: looked.signal }));
  try {
    await Promise.race([seen, pauseFor(LOOK_EVERY, signal)]);
  } finally {
    looked.abort();
  }
}
