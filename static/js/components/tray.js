/** The tray at the edge of every page: all uploads, and what they are together. */
import { duration, fileSize } from "../core/format.js";
import { Pace } from "../core/pace.js";
import { isBusy, total } from "../core/queue.js";
import { uploadTexts as texts } from "../core/texts.js";
import { icon } from "./icons.js";
import { Line } from "./line.js";

/** @typedef {import("./job.js").Job} Job */

/** So often is the progress of all uploads spoken. */
const SPOKEN_PERCENT = 25;

export class Tray {
  /** @param {{wake: (job: Job) => void, remove: (job: Job) => void, jobs: Job[]}} queue */
  constructor(queue) {
    this.queue = queue;
    /** @type {Map<Job, Line>} */
    this.lines = new Map();
    this.pace = new Pace();
    this.size = 0;
    this.spoken = 0;
    this.box = make("section", "tray");
    this.box.setAttribute("aria-label", texts.uploads);
    this.heading = make("h2", "");
    this.status = make("p", "fine");
    this.all = this.button("pause", texts.pauseAll, () => this.toggleAll());
    this.clear = this.button("check", texts.clear, () => this.each(["stored", "refused", "cancelled"], queue.remove));
    this.fold = this.button("down", texts.collapse, () => this.collapse(!this.box.classList.contains("folded")));
    this.bar = document.createElement("progress");
    this.bar.max = 1;
    this.bar.setAttribute("aria-label", texts.uploads);
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
    this.collapse(matchMedia("(max-width: 40rem)").matches);
  }

  /** @param {Job} job */
  add(job) {
    const line = new Line(job, this.queue);
    this.lines.set(job, line);
    this.list.append(line.item);
    this.looked.observe(line.item);
    if (!this.box.isConnected) document.body.append(this.box);
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
    const { count, stored, sent, size } = total(jobs);
    const busy = isBusy(jobs);
    const hasEnded = count === stored;
    const now = performance.now() / 1000;
    // What comes in may have been sent in part by an earlier visit: that is no speed.
    if (size !== this.size) this.pace.rebase();
    this.size = size;
    if (busy) this.pace.observe(sent, now);
    else this.pace.reset();
    put(this.heading, count === 0 ? texts.uploads : hasEnded ? texts.allStored(stored) : texts.uploading(stored, count));
    const left = busy ? this.pace.left(size - sent, now) : null;
    const speed = busy && this.pace.rate > 0 ? texts.speed(fileSize(Math.round(this.pace.rate))) : "";
    const amount = hasEnded ? fileSize(size) : texts.of(fileSize(sent), fileSize(size));
    put(this.status, count === 0 ? "" : navigator.onLine || !busy ? texts.running(amount, speed, left === null ? "" : texts.left(duration(left))) : texts.offline);
    this.bar.value = size > 0 ? sent / size : 0;
    this.bar.hidden = hasEnded;
    this.all.hidden = !busy && !jobs.some(({ state }) => state === "paused" || state === "failed");
    label(this.all, busy ? "pause" : "play", busy ? texts.pauseAll : jobs.some(({ state }) => state === "failed") ? texts.retryAll : texts.resumeAll);
    this.clear.hidden = !jobs.some(({ state }) => state === "stored" || state === "refused" || state === "cancelled");
    this.speakPercent(busy && size > 0 ? Math.floor((100 * sent) / size) : 0);
  }

  /** @param {string} text */
  say(text) {
    this.news.textContent = text;
  }

  /** @param {number} percent */
  speakPercent(percent) {
    const step = percent - (percent % SPOKEN_PERCENT);
    if (step > this.spoken) this.say(texts.percentNews(step));
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
    label(this.fold, "down", folded ? texts.expand : texts.collapse);
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
