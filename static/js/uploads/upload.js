/** One upload of the queue: what is known of it, and its way through the states. It draws nothing. */
import { titleFrom } from "./core/file_checks.js";
import { Speedometer } from "./core/speed.js";
import { printOf } from "./core/fingerprint.js";
import { mayBecome, sameFile } from "./core/queue.js";
import { edit, find } from "../library/api.js";
import { account } from "../site/session.js";
import { giveUp, openDoor } from "./transports.js";
import { forget, keep } from "./saved_uploads.js";

/** @typedef {import("./core/queue.js").State} State */
/** @typedef {import("./transports.js").Memory} Memory */
/** @typedef {import("./saved_uploads.js").Entry} Entry */

export class Job {
  /**
   * @param {{name: string, size: number, lastModified: number}} about
   * @param {{mode: "proxy" | "direct", changed: (job: Job) => void}} options `changed` is called for each change
   */
  constructor({ name, size, lastModified }, { mode, changed }) {
    this.key = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
    this.name = name;
    this.size = size;
    this.lastModified = lastModified;
    this.mode = mode;
    this.changed = changed;
    /** @type {State} */
    this.state = "waiting";
    this.sent = 0;
    this.reason = "";
    /** A video that has had this content before. @type {any} */
    this.copy = null;
    this.isInterrupted = false;
    /** Whether it goes on once somebody has signed in again. */
    this.isSignedOut = false;
    /** What a person has called it, or nothing. */
    this.wanted = "";
    this.speedometer = new Speedometer();
    /** @type {File | null} */
    this.file = null;
    /** @type {FileSystemFileHandle | null} */
    this.handle = null;
    /** @type {Memory | null} */
    this.memory = null;
    /** @type {string | null} */
    this.print = null;
    /** The video that it has become. @type {any} */
    this.video = null;
    /** @type {import("./transports.js").Door | null} */
    this.door = null;
  }

  /** An upload of an earlier visit. @param {Entry} entry @param {ConstructorParameters<typeof Job>[1]} options */
  static remembered(entry, options) {
    const job = new Job(entry, options);
    Object.assign(job, {
      key: entry.key,
      memory: entry.memory,
      handle: entry.handle,
      print: entry.print,
      wanted: entry.title,
    });
    job.state = "asleep";
    return job;
  }

  get title() {
    return this.video?.title || this.wanted || titleFrom(this.name);
  }

  /** @param {State} state */
  become(state) {
    if (!mayBecome(this.state, state)) return;
    this.state = state;
    this.isSignedOut = false;
    if (state === "running") this.start();
    if (state === "stored" || state === "refused" || state === "cancelled") forget(this.key);
    this.changed(this);
  }

  start() {
    if (this.file === null) return;
    this.reason = "";
    /** A video that has had this content before. @type {any} */
    this.copy = null;
    this.isInterrupted = false;
    this.speedometer.reset();
    this.door ??= openDoor(this.file, {
      memory: this.memory,
      title: this.wanted,
      mode: this.mode,
      handlers: {
        progress: (sent) => this.progress(sent),
        finishing: () => this.become("finishing"),
        waiting: (what) => this.interrupted(what),
        signedOut: (arrived) => this.interrupted({ reason: "", arrived }, { isSignedOut: true }),
        kept: (memory) => this.remember(memory),
        stored: (video) => this.stored(video),
        failed: (reason, { final }) => this.fail(reason, final),
      },
    });
    this.door.start();
  }

  /** @param {number} sent */
  progress(sent) {
    this.isInterrupted = this.isSignedOut = false;
    this.reason = "";
    this.sent = sent;
    this.speedometer.observe(sent, performance.now() / 1000);
    this.changed(this);
  }

  /** @param {{reason: string, arrived: number}} what @param {{isSignedOut?: boolean}} [why] */
  interrupted({ reason, arrived }, { isSignedOut = false } = {}) {
    this.isInterrupted = true;
    this.isSignedOut = isSignedOut;
    this.reason = reason;
    // What was on its way has not arrived.
    this.sent = Math.min(this.sent, arrived);
    this.speedometer.reset();
    if (this.state === "finishing" && arrived < this.size) this.state = "running";
    this.changed(this);
  }

  /** @param {string} reason @param {boolean} final */
  fail(reason, final) {
    this.reason = reason;
    this.become(final ? "refused" : "failed");
  }

  /** Say from the start why it cannot be. @param {string} reason */
  refuse(reason) {
    this.reason = reason;
    this.state = "refused";
  }

  pause() {
    if (!mayBecome(this.state, "paused")) return;
    this.door?.pause();
    this.become("paused");
  }

  cancel() {
    const end = this.door ? this.door.cancel() : this.memory && giveUp(this.memory);
    Promise.resolve(end).catch(() => undefined); // The server lets it expire by itself.
    this.become("cancelled");
  }

  /** @param {any} video */
  async stored(video) {
    this.video = video;
    this.sent = this.size;
    this.become("stored");
    await this.entitle();
    document.dispatchEvent(new CustomEvent("reelgate:stored"));
    await this.recall();
  }

  /** Learn which video has had this content before. */
  async recall() {
    const [id] = this.video?.copies ?? [];
    if (id === undefined) return;
    this.copy = await find(id).catch(() => null);
    this.changed(this);
  }

  /** @param {string} title */
  rename(title) {
    this.wanted = title.trim();
    if (this.video) this.entitle();
    else if (this.memory) this.remember(this.memory);
    this.changed(this);
  }

  /** Give the video the title that a person has given the upload. */
  async entitle() {
    const { video, wanted } = this;
    if (!video || !wanted || wanted === video.title) return;
    this.video = await edit(video.id, { title: wanted }, video.etag).catch(() => video);
    this.changed(this);
  }

  /** Keep what a later page needs to go on. @param {Memory} memory */
  async remember(memory) {
    this.memory = memory;
    if (this.file !== null) this.print ??= await printOf(this.file).catch(() => null);
    if (this.state === "stored" || this.state === "refused" || this.state === "cancelled") return;
    const { key, name, size, lastModified, wanted, print, handle } = this;
    keep({ key, owner: account(), name, size, lastModified, title: wanted, print, handle, memory });
  }

  /**
   * Whether this file is the one that a sleeping upload began with. Its content decides where that can be told: a file
   * may have been written anew under the same name and time, and half of each would make no video.
   * @param {File} file
   */
  async fits(file) {
    if (this.state !== "asleep" || file.size !== this.size) return false;
    const print = await printOf(file).catch(() => null);
    return this.print === null || print === null ? sameFile(this, file) : this.print === print;
  }

  /** Go on with a sleeping upload. @param {File} file one that fits */
  wake(file) {
    // The name and the time are those that storage and server know it by.
    this.file = sameFile(this, file)
      ? file
      : new File([file], this.name, { type: file.type, lastModified: this.lastModified });
    this.become("waiting");
  }
}
