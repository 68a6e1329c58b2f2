/** A question before something large happens. */

/**
 * Ask, and wait for the answer.
 * @param {{title: string, sentence: string, act: string}} question `act` is the deed, as its button names it
 * @returns {Promise<boolean>} whether it may be done
 */
export function ask({ title, sentence, act }) {
  const box = document.getElementById("asking");
  if (!(box instanceof HTMLDialogElement)) return Promise.resolve(false);
  for (const [selector, text] of [
    ["h2", title],
    ["form > p", sentence],
    ["button[value=yes]", act],
  ]) {
    const place = box.querySelector(selector);
    if (place) place.textContent = text;
  }
  box.returnValue = "";
  box.showModal();
  return new Promise((resolve) =>
    box.addEventListener("close", () => resolve(box.returnValue === "yes"), { once: true }),
  );
}
