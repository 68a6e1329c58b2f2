/** One upload's line in the tray. */
import { clock } from "../playback/core/times.js";
import { duration, fileSize, joined } from "../site/core/format.js";
import { t } from "../site/core/texts.js";
import { copy } from "../site/clipboard.js";
import { icon } from "../site/icons.js";
import { SIGN_IN, accountName } from "../site/session.js";
import { stillFrom } from "../library/stills.js";

/** @typedef {import("./upload.js").Job} Job */

const OVER = new Set(["stored", "refused", "cancelled"]);

export class Line {
  /** @param {Job} job @param {{wake: (job: Job) => void, remove: (job: Job) => void}} acts */
  constructor(job, acts) {
    this.job = job;
    this.acts = acts;
    this.item = document.createElement("li");
    this.poster = part("span", "still");
    this.poster.append(icon("film"));
    this.title = document.createElement("input");
    this.title.className = "title";
    this.title.dir = "auto";
    this.title.maxLength = 200;
    this.title.autocomplete = "off";
    this.title.value = job.title;
    this.title.setAttribute("aria-label", t("uploads.title_of", { name: job.name }));
    this.isTyping = false;
    this.title.addEventListener("input", () => {
      this.isTyping = true;
    });
    this.title.addEventListener("change", () => {
      this.isTyping = false;
      job.rename(this.title.value);
    });
    this.title.addEventListener("blur", () => {
      this.isTyping = false;
      this.show();
    });
    this.link = document.createElement("a");
    this.link.className = "title";
    this.link.dir = "auto";
    this.earlier = document.createElement("a");
    this.earlier.dir = "auto";
    this.signIn = document.createElement("a");
    this.signIn.href = SIGN_IN;
    this.signIn.target = "_blank";
    this.signIn.dir = "auto";
    this.signIn.textContent = signInSentence();
    this.buttons = part("span", "acts");
    this.status = part("p", "state");
    this.bar = document.createElement("progress");
    this.bar.max = Math.max(1, job.size);
    this.bar.setAttribute("aria-label", job.name);
    this.facts = part("p", "fine");
    this.item.append(this.poster, this.title, this.buttons, this.facts, this.status, this.bar);
    this.shownState = "";
    this.show();
  }

  /** Look into the file for its first picture and its length. */
  async look() {
    if (this.job.file === null) return;
    const address = URL.createObjectURL(this.job.file);
    const { image, seconds } = (await stillFrom(address)) ?? { image: null, seconds: 0 };
    URL.revokeObjectURL(address);
    if (seconds > 0) this.length = clock(seconds);
    if (image !== null) {
      const picture = document.createElement("img");
      picture.alt = "";
      picture.src = URL.createObjectURL(image);
      for (const end of ["load", "error"])
        picture.addEventListener(end, () => URL.revokeObjectURL(picture.src), { once: true });
      this.poster.replaceChildren(picture);
    }
    this.show();
  }

  show() {
    const { job } = this;
    this.bar.value = job.sent;
    if (job.copy) this.showEarlier(job.copy);
    else if (job.isSignedOut) this.showLinkAlone(this.signIn);
    else this.status.textContent = this.sentence();
    this.facts.textContent = [job.name, fileSize(job.size), this.length].filter(Boolean).join(" · ");
    if (this.link.textContent !== job.title) this.link.textContent = job.title;
    if (this.shownState === this.key()) return;
    this.shownState = this.key();
    this.item.dataset.state = job.state;
    this.bar.hidden = OVER.has(job.state);
    this.title.disabled = job.state === "refused" || job.state === "cancelled";
    if (job.video) this.showLink(job.video.links.page);
    this.offer();
  }

  /** Lead to the video, once nobody is in the middle of its title. @param {string} address */
  showLink(address) {
    this.link.href = address;
    if (this.isTyping || !this.title.isConnected) return;
    const hadFocus = document.activeElement === this.title;
    this.title.replaceWith(this.link);
    if (hadFocus) this.link.focus();
  }

  /** Lead to the video that has had this content before. @param {any} video */
  showEarlier(video) {
    this.earlier.href = video.links.page;
    this.earlier.textContent = t("uploads.have_already", { title: video.title });
    this.showLinkAlone(this.earlier);
  }

  /** @param {HTMLAnchorElement} link */
  showLinkAlone(link) {
    if (!link.isConnected) this.status.replaceChildren(link);
  }

  /** Everything that other buttons depend on. */
  key() {
    return `${this.job.state} ${this.job.video !== null} ${this.job.handle !== null} ${this.isTyping}`;
  }

  offer() {
    const { job } = this;
    const focused = this.buttons.contains(document.activeElement);
    const acts = [];
    if (job.state === "running" || job.state === "waiting")
      acts.push(this.button("pause", t("uploads.pause"), () => job.pause()));
    if (job.state === "paused") acts.push(this.button("play", t("uploads.resume"), () => job.become("waiting")));
    if (job.state === "failed") acts.push(this.button("restore", t("uploads.retry"), () => job.become("waiting")));
    if (job.state === "asleep") {
      const label = job.handle ? t("uploads.resume") : t("uploads.choose_again");
      acts.push(this.button(job.handle ? "play" : "upload", label, () => this.acts.wake(job)));
    }
    if (job.video)
      acts.push(
        this.button("link", t("uploads.copy_link"), () => copy(new URL(job.video.links.page, location.href).href)),
      );
    if (OVER.has(job.state)) acts.push(this.button("close", t("uploads.remove"), () => this.acts.remove(job)));
    else acts.push(this.button("close", t("uploads.cancel"), () => job.cancel()));
    this.buttons.replaceChildren(...acts);
    if (focused) acts[0]?.focus();
  }

  sentence() {
    const { job } = this;
    const [sent, size] = [fileSize(job.sent), fileSize(job.size)];
    switch (job.state) {
      case "running": {
        if (!navigator.onLine) return t("uploads.offline");
        if (job.isInterrupted) return again(job.reason);
        const left = job.speedometer.left(job.size - job.sent, performance.now() / 1000);
        const speed =
          job.speedometer.rate > 0 ? t("format.speed", { rate: fileSize(Math.round(job.speedometer.rate)) }) : "";
        return joined(
          `${Math.floor((100 * job.sent) / job.size)} %`,
          speed,
          left === null ? "" : t("uploads.left", { time: duration(left) }),
        );
      }
      case "finishing":
        return job.isInterrupted ? again(job.reason) : t("uploads.finishing");
      case "asleep":
        return job.reason || t(job.handle ? "uploads.asleep_with_file" : "uploads.asleep", { sent, size });
      case "failed":
      case "refused":
        return job.reason;
      case "paused":
        return joined(t("uploads.paused"), t("uploads.of", { sent, size }));
      default:
        return t(`uploads.states.${job.state}`);
    }
  }

  /** @param {string} glyph @param {string} label @param {() => void} act */
  button(glyph, label, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "button icon plain";
    made.title = label;
    made.setAttribute("aria-label", t("uploads.act_on", { act: label, name: this.job.name }));
    made.append(icon(glyph));
    made.addEventListener("click", act);
    return made;
  }
}

/** What has to be done where the session has ended. */
export function signInSentence() {
  const name = accountName();
  return name ? t("uploads.sign_in_as", { name }) : t("uploads.sign_in");
}

/** @param {string} reason the server's sentence, or nothing */
function again(reason) {
  return reason ? t("uploads.again", { reason }) : t("uploads.interrupted");
}

/** @param {string} tag @param {string} name */
function part(tag, name) {
  const made = document.createElement(tag);
  made.className = name;
  return made;
}
