/** The queue of uploads: what comes in, what runs, and what is remembered of earlier visits. */
import { fault, rulesOf } from "./core/file_checks.js";
import { isBusy, sameFile, startable } from "./core/queue.js";
import { t } from "../site/core/texts.js";
import { arrivedOf, outcomeOf } from "./transports.js";
import { claim, entries } from "./saved_uploads.js";
import { keepAwake, mountAwake } from "./keep_awake.js";
import { mountChoosing, pick } from "./file_picker.js";
import { account } from "../site/session.js";
import { Job } from "./upload.js";
import { toast } from "../site/toast.js";
import { Tray } from "./tray.js";
import { signInSentence } from "./tray_row.js";

/** @typedef {import("./file_picker.js").Choice} Choice */

const GIVEN_UP = new Set(["refused", "cancelled"]);

class Queue {
  constructor() {
    this.rules = rulesOf(document.body.dataset);
    /** @type {Job[]} */
    this.jobs = [];
    this.tray = new Tray({ jobs: this.jobs, wake: (job) => this.wake(job), remove: (job) => this.remove(job) });
    /** What earlier visits have left is known; a file may belong to it. @type {Promise<void>} */
    this.remembered = Promise.resolve();
    /** The session has ended, which is said once. */
    this.isSignedOut = false;
    this.options = { mode: this.rules.mode, changed: (/** @type {Job} */ job) => this.changed(job) };
  }

  /**
   * Take files in, each with a word about it when it cannot be.
   * @param {Choice[]} choices @param {{all: boolean}} how
   */
  async add(choices, { all }) {
    await this.remembered;
    const wrong = new Map(choices.map(({ file }) => [file, fault(file, this.rules)]));
    // Of a folder only the videos are meant.
    const meant = all ? choices : choices.filter(({ file }) => wrong.get(file) === null);
    if (choices.length > 0 && meant.length === 0) toast(t("uploads.no_files"));
    for (const { file, handle } of meant) {
      if (await this.wakes(file, handle)) continue;
      const isKnown = this.jobs.some((job) => !GIVEN_UP.has(job.state) && sameFile(job, file));
      const job = new Job(file, this.options);
      Object.assign(job, { file, handle });
      const reason = wrong.get(file) ?? (isKnown ? t("uploads.duplicate") : null);
      if (reason !== null) job.refuse(reason);
      else claim(job.key);
      this.take(job);
    }
    this.go();
  }

  /**
   * Go on with an upload of an earlier visit, if this is its file.
   * @param {File} file @param {FileSystemFileHandle | null} handle
   */
  async wakes(file, handle) {
    for (const job of this.jobs) {
      if (!(await job.fits(file))) continue;
      job.handle = handle ?? job.handle;
      job.wake(file);
      return true;
    }
    return false;
  }

  /** Show what earlier visits have left, and go on with what needs nobody's leave. */
  async remember() {
    for (const entry of await entries()) {
      if (entry.owner && entry.owner !== account()) continue; // Of somebody else at this browser.
      if (!(await claim(entry.key))) continue;
      const job = Job.remembered(entry, this.options);
      this.take(job);
      this.lookUp(job, entry.memory).catch(() => undefined); // Choosing the file tells what is wrong.
      const permission = await /** @type {any} */ (job.handle)?.queryPermission?.({ mode: "read" });
      if (permission === "granted") this.wake(job);
    }
  }

  /**
   * See how much of a sleeping upload has arrived; it may be all.
   * @param {Job} job @param {import("./transports.js").Memory} memory
   */
  async lookUp(job, memory) {
    const sent = (await arrivedOf(memory)) ?? 0;
    const video = sent === job.size ? await outcomeOf(memory) : null;
    if (job.state !== "asleep") return;
    job.sent = sent;
    if (video) await job.stored(video);
    else this.changed(job);
  }

  /** Get hold of a sleeping upload's file: by its handle, or by asking for it. @param {Job} job */
  async wake(job) {
    const file = (await fileOf(job)) ?? (await pick({ folder: false, one: true }))[0];
    if (file === undefined) return;
    if (await job.fits(file)) {
      job.wake(file);
      this.go();
    } else {
      job.reason = t("uploads.other_file");
      this.changed(job);
    }
  }

  /** @param {Job} job */
  take(job) {
    this.jobs.push(job);
    this.tray.add(job);
    if (job.state === "refused") this.tray.say(t("uploads.failed_news", { title: job.name, reason: job.reason }));
    this.tray.showTotal();
  }

  /** @param {Job} job */
  remove(job) {
    this.jobs.splice(this.jobs.indexOf(job), 1);
    this.tray.remove(job);
    this.tray.showTotal();
  }

  /** @param {Job} job */
  changed(job) {
    this.tray.show(job);
    if (job.state === "stored") this.tray.say(t("uploads.stored_news", { title: job.title }));
    if (job.isSignedOut && !this.isSignedOut) this.tray.say(signInSentence());
    this.isSignedOut = this.jobs.some(({ isSignedOut }) => isSignedOut);
    if (job.state === "failed" || job.state === "refused")
      this.tray.say(t("uploads.failed_news", { title: job.name, reason: job.reason }));
    this.go();
  }

  go() {
    for (const job of startable(this.jobs)) job.become("running");
    keepAwake(isBusy(this.jobs));
    this.tray.showTotal();
  }

  showAll() {
    for (const job of this.jobs) this.tray.show(job);
    this.tray.showTotal();
  }
}

/** @param {Job} job @returns {Promise<File | null>} null when there is no handle, or no leave to use it */
async function fileOf(job) {
  const handle = /** @type {any} */ (job.handle);
  if (handle === null) return null;
  try {
    if ((await handle.requestPermission?.({ mode: "read" })) === "denied") return null;
    return await handle.getFile();
  } catch {
    return null; // The file has gone, or the browser wants a click first.
  }
}

/** Let files be chosen, dropped and pasted, and go on with what earlier visits have left. */
export function mountUploads() {
  const queue = new Queue();
  mountAwake();
  mountChoosing((choices, how) => queue.add(choices, how));
  for (const name of ["online", "offline"]) window.addEventListener(name, () => queue.showAll());
  window.addEventListener("beforeunload", (event) => {
    if (isBusy(queue.jobs)) event.preventDefault();
  });
  queue.remembered = queue.remember();
}
