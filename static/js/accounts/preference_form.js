/** The page of preferences: each choice is kept and shown at once. */
import { t } from "../site/core/texts.js";
import { savePreferences } from "../site/preferences.js";

/** What changes words that stand everywhere on the page and in its scripts. */
const EVERYWHERE = new Set(["language", "reading_level"]);

function mountPreferences() {
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) return;
    if (field.form?.id === "preferences") void keep(field, field.form);
  });
}

/** @param {HTMLInputElement | HTMLSelectElement} field @param {HTMLFormElement} form */
async function keep(field, form) {
  const said = document.getElementById("preferences-said");
  const fields = new URLSearchParams();
  if (field.name === "accent_own") chooseOwnAccent(form);
  for (const [name, value] of new FormData(form)) fields.append(name, String(value));
  try {
    const page = await savePreferences(fields);
    if (EVERYWHERE.has(field.name)) return location.reload();
    showDensity(page);
    const reset = form.querySelector("[name=reset]");
    if (reset instanceof HTMLButtonElement) reset.disabled = page.querySelector("[name=reset][disabled]") !== null;
    if (said) said.textContent = t("preferences.saved");
  } catch {
    if (said) said.textContent = t("site.unreachable");
  }
}

/** A colour that was chosen is meant to be used. @param {HTMLFormElement} form */
function chooseOwnAccent(form) {
  const own = form.querySelector("[name=accent][value=own]");
  if (own instanceof HTMLInputElement) own.checked = true;
}

/** Say what is shown at the density that holds now. @param {Document} page as the server has it */
function showDensity(page) {
  const [here, there] = [document.querySelector(".shows"), page.querySelector(".shows")];
  if (!(here instanceof HTMLDetailsElement && there instanceof HTMLDetailsElement)) return;
  there.open = here.open;
  here.replaceWith(document.adoptNode(there));
}

mountPreferences();
