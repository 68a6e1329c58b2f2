/** Signs on the page of a film: which are shown, and that they keep to the film. */
import { recall, remember } from "../site/core/stored_values.js";
import { t } from "../site/core/texts.js";
import { Follower } from "./follower.js";
import { mountWindow } from "./window.js";

const CHOICE = "signs.choice";
const OFF = "off";
const WAITS_SHOWN_AFTER = 400;

/** What the present page shows. @type {Signs | null} */
let mounted = null;

function begin() {
  mounted?.stop();
  mounted = null;
  const window = document.querySelector("[data-signs].signs");
  const stage = window?.closest("[data-stage]");
  const film = stage?.querySelector("video");
  const choice = document.getElementById("signs-choice");
  if (!(window instanceof HTMLElement && stage instanceof HTMLElement && film && choice instanceof HTMLSelectElement)) {
    return;
  }
  mounted = new Signs(window, stage, film, choice);
}

/** The signs of one page. */
class Signs {
  /** @type {Follower | null} */
  #follower = null;
  #waitsSince = 0;

  /**
   * @param {HTMLElement} window @param {HTMLElement} stage @param {HTMLVideoElement} film
   * @param {HTMLSelectElement} choice
   */
  constructor(window, stage, film, choice) {
    this.window = window;
    this.film = film;
    this.choice = choice;
    this.sign = /** @type {HTMLVideoElement} */ (window.querySelector("video"));
    this.word = /** @type {HTMLElement} */ (window.querySelector(".signs-word"));
    mountWindow(window, stage, this.sign, () => this.#hide());
    this.sign.addEventListener("error", () => this.#explain());
    choice.addEventListener("change", () => {
      remember(CHOICE, choice.value || OFF);
      this.#show();
    });
    choice.value = this.#first();
    this.#show();
  }

  /** The page goes away. */
  stop() {
    this.#follower?.stop();
    this.#follower = null;
    this.sign.removeAttribute("src");
    this.sign.load();
  }

  /** What is shown without asking: what was chosen last here, else what the person's sign language chooses. */
  #first() {
    const last = recall(CHOICE);
    const all = [...this.choice.options];
    if (last === OFF) return "";
    const known = all.find((option) => option.value === last) ?? all.find((option) => "chosen" in option.dataset);
    return known?.value ?? "";
  }

  #show() {
    const [option] = this.choice.selectedOptions;
    this.#follower?.stop();
    this.#follower = null;
    const source = option?.dataset.src;
    this.window.hidden = source === undefined;
    if (source === undefined) return this.stop();
    const name = option.text.trim().replace(/\s+/g, " ");
    this.window.ariaLabel = t("sign_tracks.window_of", { language: name });
    const shown = this.window.querySelector(".signs-name");
    if (shown) shown.textContent = name.match(/\(([^()]+)\)/)?.[1] ?? name;
    this.#say("");
    this.sign.muted = true;
    this.sign.src = source;
    this.#follower = new Follower(this.film, this.sign, Number(option.dataset.offset) || 0, (step) => this.#tell(step));
  }

  #hide() {
    this.choice.value = "";
    this.choice.dispatchEvent(new Event("change", { bubbles: true }));
    this.choice.focus();
    // On a small stage the choice lies behind a button.
    const more = this.choice.closest(".player")?.querySelector(".more-choices");
    if (document.activeElement !== this.choice && more instanceof HTMLElement) more.focus();
  }

  /** @param {import("./core/sync.js").Step} step */
  #tell({ hold, outside }) {
    const now = performance.now();
    if (!hold) this.#waitsSince = now;
    const waits = now - this.#waitsSince > WAITS_SHOWN_AFTER;
    this.#say(waits ? t("sign_tracks.waits") : outside && !this.film.paused ? t("sign_tracks.outside") : "");
  }

  #explain() {
    if (!this.sign.hasAttribute("src")) return;
    this.#follower?.stop();
    this.#follower = null;
    const link = document.createElement("a");
    link.href = this.choice.selectedOptions[0]?.dataset.page ?? "";
    link.textContent = t("sign_tracks.unplayable");
    this.word.replaceChildren(link);
  }

  /** @param {string} words */
  #say(words) {
    if (this.word.textContent !== words) this.word.textContent = words;
  }
}

document.addEventListener("reelgate:page", begin);
begin();
