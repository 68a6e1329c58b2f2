/** The tray, docked in the rail of every page: all uploads, and what they are together. */
import { duration, fileSize, joined } from "../site/core/format.js";
import { Speedometer } from "./core/speed.js";
import { activity, isBusy, total } from "./core/queue.js";
import { t } from "../site/core/texts.js";
import { icon } from "../site/icons.js";
import { Line } from "./tray_row.js";

/** @typedef {import("./upload.js").Job} Job */

/** So often is the progress of all uploads spoken. That all of them are stored is said when they are. */
const SPOKEN_PERCENT = 25;
const MOST_SPOKEN = 75;
/** Where the rail has no room for the list (uploads.css has the same measures). */
const NO_ROOM = "(max-width: 60rem), (max-height: 30rem)";

export class Tray {
  /** @param {{wake: (job: Job) => void, remove: (job: Job) => void, jobs: Job[]}} queue */
  constructor(queue) {
    this.queue = queue;
    /** @type {Map<Job, Line>} */
    this.lines = new Map();
    this.speedometer = new Speedometer();
    this.size = 0;
    this.spoken = 0;
    this.box = make("section", "tray");
    this.box.setAttribute("aria-label", t("uploads.uploads"));
    this.heading = make("h2", "");
    this.status = make("p", "fine");
    this.all = this.button("pause", t("uploads.pause_all"), () => this.toggleAll());
    this.clear = this.button("check", t("uploads.clear"), () =>
      this.each(["stored", "refused", "cancelled"], queue.remove),
    );
    this.fold = this.button("down", t("uploads.collapse"), () => this.collapse(!this.box.classList.contains("folded")));
    this.bar = document.createElement("progress");
    this.bar.max = 1;
    this.bar.setAttribute("aria-label", t("uploads.uploads"));
    this.list = document.createElement("ul");
    this.news = make("p", "visually-hidden");
    this.news.setAttribute("role", "status");
    const words = make("div", "words");
    words.append(this.heading, this.status);
    const head = document.createElement("header");
    head.append(words, this.all, this.clear, this.fold, this.bar);
    this.box.append(head, this.list, this.news);
    this.looked = new IntersectionObserver((entries) => this.look(entries), { root: this.list });
    /** @type {Set<Line>} */
    this.unseen = new Set();
    this.isLooking = false;
    this.collapse(matchMedia(NO_ROOM).matches);
    document.addEventListener("focusin", (event) => this.giveWay(event.target));
  }

  /** @param {Job} job */
  add(job) {
    const line = new Line(job, this.queue);
    this.lines.set(job, line);
    this.list.append(line.item);
    this.looked.observe(line.item);
    // In the rail, before the page's own part, so that few stops of the keyboard lead to it.
    if (!this.box.isConnected) document.querySelector(".dock")?.append(this.box);
  }

  /** @param {Job} job */
  remove(job) {
    const line = this.lines.get(job);
    if (line === undefined) return;
    const next = line.item.nextElementSibling ?? line.item.previousElementSibling;
    const hadFocus = line.item.contains(document.activeElement);
    this.looked.unobserve(line.item);
    line.item.remove();
    this.lines.delete(job);
    if (hadFocus) (next?.querySelector("button") ?? this.fold).focus();
    if (this.lines.size === 0) this.box.remove();
  }

  /** @param {Job} job */
  show(job) {
    this.lines.get(job)?.show();
  }

  /** Bring the head up to date. */
  showTotal() {
    const { jobs } = this.queue;
    const sum = total(jobs);
    const what = activity(jobs, navigator.onLine);
    put(this.heading, this.headline(what, sum));
    put(this.status, this.progress(what, sum));
    this.bar.value = sum.size > 0 ? sum.sent / sum.size : 0;
    this.bar.hidden = what === "stored" || what === "none";
    const busy = isBusy(jobs);
    const failed = jobs.some(({ state }) => state === "failed");
    this.all.hidden = !busy && !failed && !jobs.some(({ state }) => state === "paused");
    label(
      this.all,
      busy ? "pause" : "play",
      busy ? t("uploads.pause_all") : failed ? t("uploads.retry_all") : t("uploads.resume_all"),
    );
    this.clear.hidden = !jobs.some(({ state }) => state === "stored" || state === "refused" || state === "cancelled");
    this.speakPercent(busy && sum.size > 0 ? Math.floor((100 * sum.sent) / sum.size) : 0);
  }

  /**
   * What the uploads are, in a word.
   * @param {ReturnType<typeof activity>} what
   * @param {ReturnType<typeof total>} sum
   */
  headline(what, { count, stored }) {
    if (what === "none") return t("uploads.uploads");
    if (what === "stored") return t("uploads.all_stored", { count: stored });
    if (what === "sending" || what === "finishing")
      return t("uploads.sending", { number: Math.min(stored + 1, count), all: count });
    return t("uploads.still", { stored, all: count });
  }

  /** How far they are. @param {ReturnType<typeof activity>} what @param {ReturnType<typeof total>} sum */
  progress(what, { sent, size }) {
    const now = performance.now() / 1000;
    // What comes in may have been sent in part by an earlier visit: that is no speed.
    if (size !== this.size) this.speedometer.rebase();
    this.size = size;
    if (what === "sending") this.speedometer.observe(sent, now);
    else this.speedometer.reset();
    const amount = t("uploads.of", { sent: fileSize(sent), size: fileSize(size) });
    switch (what) {
      case "none":
        return "";
      case "stored":
        return fileSize(size);
      case "offline":
        return t("uploads.offline");
      case "sending": {
        const left = this.speedometer.left(size - sent, now);
        const speed =
          this.speedometer.rate > 0 ? t("format.speed", { rate: fileSize(Math.round(this.speedometer.rate)) }) : "";
        return joined(amount, speed, left === null ? "" : t("uploads.left", { time: duration(left) }));
      }
      default:
        return joined(amount, t(`uploads.doing.${what}`));
    }
  }

  /** @param {string} text */
  say(text) {
    this.news.textContent = text;
  }

  /** @param {number} percent */
  speakPercent(percent) {
    const step = Math.min(MOST_SPOKEN, percent - (percent % SPOKEN_PERCENT));
    if (step > this.spoken) this.say(t("uploads.percent_news", { percent: step }));
    this.spoken = step;
  }

  toggleAll() {
    if (isBusy(this.queue.jobs)) this.each(["running", "waiting"], (job) => job.pause());
    else this.each(["paused", "failed"], (job) => job.become("waiting"));
  }

  /** @param {string[]} states @param {(job: Job) => void} act */
  each(states, act) {
    // Those behind come first, or what is paused would make room for what is to be paused next.
    for (const job of [...this.queue.jobs].reverse()) if (states.includes(job.state)) act(job);
  }

  /** @param {boolean} folded */
  collapse(folded) {
    this.box.classList.toggle("folded", folded);
    this.fold.setAttribute("aria-expanded", String(!folded));
    label(this.fold, "down", folded ? t("uploads.expand") : t("uploads.collapse"));
  }

  /** Cover nothing that the keyboard has reached. @param {EventTarget | null} focused */
  giveWay(focused) {
    const isElsewhere = focused instanceof Node && !this.box.contains(focused);
    if (isElsewhere && this.box.isConnected && matchMedia(NO_ROOM).matches) this.collapse(true);
  }

  /** Look into the files whose lines are in sight, one after the other. @param {IntersectionObserverEntry[]} entries */
  async look(entries) {
    for (const line of this.lines.values()) {
      if (!entries.some(({ target, isIntersecting }) => isIntersecting && target === line.item)) continue;
      this.looked.unobserve(line.item);
      this.unseen.add(line);
    }
    if (this.isLooking) return;
    this.isLooking = true;
    for (const line of this.unseen) {
      this.unseen.delete(line);
      await line.look();
    }
    this.isLooking = false;
  }

  /** @param {string} glyph @param {string} text @param {() => void} act */
  button(glyph, text, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button icon plain";
    label(made, glyph, text);
    made.addEventListener("click", act);
    return made;
  }
}

/** @param {HTMLElement} button @param {string} glyph @param {string} text */
function label(button, glyph, text) {
  if (button.title === text) return;
  button.title = text;
  button.setAttribute("aria-label", text);
  button.replaceChildren(icon(glyph));
}

/** @param {HTMLElement} place @param {string} text */
function put(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

/** @param {string} tag @param {string} name */
function make(tag, name) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  return made;
}
