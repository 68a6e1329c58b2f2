/** The panel in which files are handed over: a dialog, which the Upload links open. */
import { onAct } from "../site/actions.js";

export function mountPanel() {
  onAct("open-upload", () => {
    const box = panel();
    if (box !== null && !box.open) box.showModal();
  });
}

/** Files have been handed over, or something else is to be looked at. */
export function closePanel() {
  panel()?.close();
}

function panel() {
  const found = document.getElementById("upload");
  return found instanceof HTMLDialogElement ? found : null;
}
