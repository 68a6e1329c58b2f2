/**
 * What elements with `data-act` do when they are clicked, and forms when they are sent. One listener serves all pages,
 * so that what comes later (another page, more cards) needs no mounting.
 */

/** @typedef {(origin: HTMLElement, event: MouseEvent) => unknown} Act */
/** @typedef {(form: HTMLFormElement, event: SubmitEvent) => unknown} Send */

/** @type {Map<string, Act>} */
const acts = new Map();
/** @type {Map<string, Send>} */
const forms = new Map();

/** @param {string} name @param {Act} act */
export function onAct(name, act) {
  acts.set(name, act);
}

/** @param {string} selector of forms @param {Send} send in place of the browser */
export function onSubmit(selector, send) {
  forms.set(selector, send);
}

/** The video that an element belongs to. @param {Element} element */
export function videoOf(element) {
  const holder = element.closest("[data-id]");
  return holder instanceof HTMLElement ? holder : null;
}

/** Whether keys go into a field: a slider takes arrows at most. @param {EventTarget | null} target */
export function isField(target) {
  return (
    target instanceof Element &&
    target.closest("input:not([type=checkbox], [type=radio], [type=range]), textarea, select") !== null
  );
}

export function mountActs() {
  document.addEventListener("click", (event) => {
    const origin = event.target instanceof Element ? event.target.closest("[data-act]") : null;
    if (!(origin instanceof HTMLElement) || event.ctrlKey || event.metaKey) return;
    const act = acts.get(origin.dataset.act ?? "");
    if (act === undefined) return;
    event.preventDefault();
    act(origin, event);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    for (const [selector, send] of forms) {
      if (!form.matches(selector)) continue;
      event.preventDefault();
      send(form, event);
    }
  });
}
