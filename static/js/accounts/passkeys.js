/**
 * Forms that a passkey answers: `data-passkey` says whether one is made (`create`) or asked (`get`). The answer goes
 * into a field of the form, and the browser sends it as any other; the server does the rest.
 */
import { t } from "../site/core/texts.js";
import { onAct, onSubmit } from "../site/actions.js";
import { toast } from "../site/toast.js";

const [OPTIONS_TO_MAKE, OPTIONS_TO_ASK] = ["/api/auth/passkeys/options", "/api/auth/passkeys/sign-in/options"];
/** Options hold for five minutes: a field that offers passkeys is given new ones before. */
const RENEWED_MS = 4 * 60_000;

/** What the field for the name offers; one question at a time can be open. */
let offering = new AbortController();

export function mountPasskeys() {
  onAct("print-page", () => window.print());
  onSubmit("form[data-passkey]", send);
  document.addEventListener("reelgate:page", arrive);
  arrive();
}

function arrive() {
  offering.abort();
  if (isKnown()) return void offer();
  for (const form of document.querySelectorAll("form[data-passkey]")) form.toggleAttribute("hidden", true);
}

function isKnown() {
  return "PublicKeyCredential" in window && "parseRequestOptionsFromJSON" in PublicKeyCredential;
}

/** @param {HTMLFormElement} form */
async function send(form) {
  offering.abort();
  try {
    const credential = form.dataset.passkey === "create" ? await made() : await asked(stepOf(form));
    fill(form, credential);
  } catch {
    // Whoever closes the browser's question has changed their mind; why else it failed, the browser has said.
    toast(t("accounts.passkey_failed"));
    offer();
  }
}

/** Let the field for the name offer passkeys, where the browser can, as it offers passwords. */
async function offer() {
  const form = document.querySelector('form[data-passkey="get"]');
  if (!(form instanceof HTMLFormElement) || stepOf(form) !== undefined) return;
  const can = await PublicKeyCredential.isConditionalMediationAvailable?.();
  if (!can || !form.isConnected) return;
  const mine = (offering = new AbortController());
  const timer = setTimeout(() => {
    mine.abort();
    offer();
  }, RENEWED_MS);
  mine.signal.addEventListener("abort", () => clearTimeout(timer));
  const credential = await asked(undefined, mine.signal).catch(() => null);
  if (credential && !mine.signal.aborted) fill(form, credential);
}

async function made() {
  const options = /** @type {PublicKeyCredentialCreationOptionsJSON} */ (await fetched(OPTIONS_TO_MAKE));
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return navigator.credentials.create({ publicKey });
}

/**
 * @param {string | undefined} step what stands for a password
 * @param {AbortSignal} [signal] only offered, until then
 */
async function asked(step, signal) {
  const options = /** @type {PublicKeyCredentialRequestOptionsJSON} */ (await fetched(OPTIONS_TO_ASK, { step }));
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return navigator.credentials.get(signal ? { publicKey, signal, mediation: "conditional" } : { publicKey });
}

/** @param {string} address @param {object} [body] */
async function fetched(address, body = {}) {
  const response = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${response.status}`);
  return response.json();
}

/** @param {HTMLFormElement} form @param {Credential | null} credential */
function fill(form, credential) {
  const field = form.elements.namedItem("passkey");
  if (!(field instanceof HTMLInputElement) || !(credential instanceof PublicKeyCredential)) {
    throw new Error("There is no answer, or no place for it.");
  }
  field.value = JSON.stringify(credential.toJSON());
  form.submit();
}

/** @param {HTMLFormElement} form */
function stepOf(form) {
  const field = form.elements.namedItem("step");
  return field instanceof HTMLInputElement ? field.value : undefined;
}
