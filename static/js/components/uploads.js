/** The queue of uploads and the tray that shows it. */
import { duration, fileSize } from "../core/format.js";
import { Pace } from "../core/pace.js";
import { isBusy, mayBecome, sameFile, startable } from "../core/queue.js";
import { texts } from "../core/texts.js";
import { resumable } from "../transport/tus.js";
import { onSubmit } from "./acts.js";

/** @typedef {import("../core/queue.js").State} State */

/** One file's line in the tray, and its upload. */
class Line {
  /** @param {File} file @param {() => void} changed */
  constructor(file, changed) {
    this.file = file;
    this.changed = changed;
    this.sent = 0;
    this.reason = "";
    this.pace = new Pace();
    /** @type {State} */
    this.state = "waiting";
    this.upload = resumable(file, {
      progress: (sent) => this.progress(sent),
      done: () => this.become("stored"),
      failed: (error) => this.fail(error),
    });
    this.item = document.createElement("li");
    this.name = part("span", "name", file.name);
    this.status = part("span", "state", "");
    this.bar = document.createElement("progress");
    this.bar.max = Math.max(1, file.size);
    this.bar.setAttribute("aria-label", file.name);
    this.first = this.button();
    this.second = this.button();
    this.item.append(this.name, this.first, this.second, this.status, this.bar);
    this.show();
  }

  /** @param {State} state */
  become(state) {
    if (!mayBecome(this.state, state)) return;
    this.state = state;
    if (state === "running") {
      this.pace.reset();
      this.upload.start().catch((error) => this.fail(error));
    }
    this.show();
    this.changed();
    if (state === "stored") document.dispatchEvent(new CustomEvent("reelgate:stored"));
  }

  /** @param {number} sent */
  progress(sent) {
    this.sent = sent;
    this.pace.observe(sent, performance.now() / 1000);
    if (sent >= this.file.size) this.become("finishing");
    else this.show();
  }

  /** @param {Error & {originalResponse?: {getBody(): string} | null}} error */
  fail(error) {
    this.reason = texts.failed;
    try {
      this.reason = JSON.parse(error.originalResponse?.getBody() ?? "").detail ?? texts.failed;
    } catch {
      // Not an answer of ours: the general sentence stays.
    }
    this.become("failed");
  }

  /** @param {string} reason */
  refuse(reason) {
    this.reason = reason;
    this.state = "cancelled";
    this.show();
  }

  pause() {
    this.upload.pause();
    this.become("paused");
  }

  cancel() {
    Promise.resolve(this.upload.cancel()).catch(() => undefined); // The server lets it expire by itself.
    this.become("cancelled");
  }

  show() {
    this.bar.hidden = this.state === "stored" || this.state === "cancelled";
    this.bar.value = this.sent;
    this.status.textContent = this.sentence();
    this.status.classList.toggle("bad", this.reason !== "" && (this.state === "failed" || this.state === "cancelled"));
    const again = () => this.become("waiting");
    if (this.state === "running" || this.state === "waiting") this.offer(this.first, texts.pause, () => this.pause());
    else if (this.state === "paused") this.offer(this.first, texts.resume, again);
    else if (this.state === "failed") this.offer(this.first, texts.retry, again);
    else if (this.state === "stored") this.offer(this.first, texts.open, () => this.open());
    else this.first.hidden = true;
    if (mayBecome(this.state, "cancelled")) this.offer(this.second, texts.cancel, () => this.cancel());
    else this.second.hidden = true;
  }

  /** Show the video: the upload's address leads to its content, whose page is one step away. */
  open() {
    fetch(this.upload.address(), { headers: { Range: "bytes=0-0" } }).then((response) => {
      const found = /^\/api(\/videos\/.+)\/content$/.exec(new URL(response.url).pathname);
      location.href = found ? found[1] : "/";
    });
  }

  sentence() {
    if (this.state === "running") {
      if (!navigator.onLine) return texts.offline;
      const left = this.pace.left(this.file.size - this.sent);
      const percent = `${Math.floor((100 * this.sent) / this.file.size)} %`;
      const speed = this.pace.rate > 0 ? `${fileSize(Math.round(this.pace.rate))}/s` : "";
      return texts.running(percent, speed, left === null ? "" : texts.left(duration(left)));
    }
    if (this.state === "failed" || (this.state === "cancelled" && this.reason)) return this.reason;
    return texts[/** @type {"waiting" | "finishing" | "paused" | "stored" | "cancelled"} */ (this.state)];
  }

  button() {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button";
    return made;
  }

  /** @param {HTMLButtonElement} button @param {string} label @param {() => void} act */
  offer(button, label, act) {
    if (button.textContent !== label) button.textContent = label;
    button.setAttribute("aria-label", `${label} ${this.file.name}`);
    button.hidden = false;
    button.onclick = act;
  }
}

/** @param {string} tag @param {string} name @param {string} text */
function part(tag, name, text) {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = text;
  return made;
}

/** The queue of this page. */
class Tray {
  constructor() {
    /** @type {Line[]} */
    this.lines = [];
    this.box = document.createElement("section");
    this.box.className = "tray";
    this.box.setAttribute("aria-label", texts.uploads);
    this.list = document.createElement("ul");
    this.news = part("p", "visually-hidden", "");
    this.news.setAttribute("role", "status");
    this.box.append(part("h2", "", texts.uploads), this.list, this.news);
  }

  /** @param {Iterable<File>} files */
  add(files) {
    for (const file of files) {
      const known = this.lines.some((line) => sameFile(line.file, file) && line.state !== "cancelled" && line.state !== "failed");
      const line = new Line(file, () => this.go());
      if (file.size === 0) line.refuse(texts.empty);
      else if (known) line.refuse(texts.duplicate);
      this.lines.push(line);
      this.list.append(line.item);
    }
    if (!this.box.isConnected && this.lines.length > 0) document.body.append(this.box);
    this.go();
  }

  go() {
    for (const line of startable(this.lines)) line.become("running");
    const stored = this.lines.filter(({ state }) => state === "stored").length;
    const news = stored > 0 ? `${texts.stored}: ${stored}` : "";
    if (this.news.textContent !== news) this.news.textContent = news;
  }
}

/** Let files be chosen, dropped and pasted. */
export function mountUploads() {
  const tray = new Tray();
  onSubmit("#upload-form", (form) => {
    const input = form.querySelector("input[type=file]");
    if (input instanceof HTMLInputElement) tray.add(input.files ?? []);
    form.reset();
  });
  mountVeil(tray);
  document.addEventListener("paste", (event) => tray.add(event.clipboardData?.files ?? []));
  for (const name of ["online", "offline"]) {
    window.addEventListener(name, () => tray.lines.forEach((line) => line.show()));
  }
  window.addEventListener("beforeunload", (event) => {
    if (isBusy(tray.lines)) event.preventDefault();
  });
}

/** @param {Tray} tray */
function mountVeil(tray) {
  const veil = part("div", "veil", texts.dropHere);
  const holdsFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes("Files") ?? false;
  document.addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    if (!veil.isConnected) document.body.append(veil);
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) veil.remove();
  });
  document.addEventListener("drop", (event) => {
    veil.remove();
    if (!holdsFiles(event)) return;
    event.preventDefault();
    tray.add(event.dataTransfer?.files ?? []);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") veil.remove();
  });
}
