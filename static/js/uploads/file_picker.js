/** The ways in which people hand files over: a picker, a folder, dropping, pasting. */
import { t } from "../site/core/texts.js";
import { onAct, onSubmit } from "../site/actions.js";
import { closePanel } from "./panel.js";

/** @typedef {{file: File, handle: FileSystemFileHandle | null}} Choice */
/**
 * @typedef {(choices: Choice[], how: {all: boolean}) => void} Take `all`: each file was meant, not a folder's whole
 * content
 */

/** @param {Take} give */
export function mountChoosing(give) {
  /** @type {Take} */
  const take = (choices, how) => {
    if (choices.length > 0) closePanel();
    give(choices, how);
  };
  onAct("choose", () => choose(take));
  onAct("choose-folder", () => pick({ folder: true }).then((files) => take(plain(files), { all: false })));
  onSubmit("#upload-form", () => choose(take));
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !input.matches("#upload-form input[type=file]")) return;
    take(plain(input.files ?? []), { all: true });
    input.value = "";
  });
  document.addEventListener("paste", (event) => {
    const files = event.clipboardData?.files ?? [];
    if (files.length > 0) take(plain(files), { all: true });
  });
  mountDropping(take);
}

/**
 * Let one file be picked, or many. Where the browser can, it gives handles: with them an upload goes on after a reload
 * without asking for its file again.
 * @param {Take} take
 */
async function choose(take) {
  const picker = /** @type {any} */ (globalThis).showOpenFilePicker;
  try {
    if (picker === undefined) throw new Error("This browser gives no handles.");
    const handles = await picker({ multiple: true, id: "videos" });
    take(
      await Promise.all(handles.map(async (/** @type {any} */ handle) => ({ file: await handle.getFile(), handle }))),
      { all: true },
    );
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError" && /user/i.test(error.message)) return;
    document.getElementById("files")?.click();
  }
}

/**
 * @param {{folder: boolean, one?: boolean, kinds?: string}} options `kinds` as in `accept`
 * @returns {Promise<FileList | File[]>}
 */
export function pick({ folder, one = false, kinds = "" }) {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = !one;
  input.accept = kinds;
  input.webkitdirectory = folder;
  input.hidden = true;
  // In the document, because the browser may throw away what is nowhere while people look for their files.
  document.body.append(input);
  return new Promise((resolve) => {
    input.addEventListener("change", () => resolve(input.files ?? []));
    input.addEventListener("cancel", () => resolve([]));
    input.click();
  }).finally(() => input.remove());
}

/** @param {Iterable<File>} files @returns {Choice[]} */
function plain(files) {
  return Array.from(files, (file) => ({ file, handle: null }));
}

/** @param {Take} take */
function mountDropping(take) {
  const veil = document.createElement("div");
  veil.className = "veil";
  veil.popover = "manual";
  veil.textContent = t("uploads.drop_here");
  // Where there is no panel, whoever looks at the page may not upload.
  const holdsFiles = (/** @type {DragEvent} */ event) =>
    document.getElementById("upload") !== null && (event.dataTransfer?.types.includes("Files") ?? false);
  document.addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    if (veil.isConnected) return;
    document.body.append(veil);
    veil.showPopover();
  });
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) veil.remove();
  });
  document.addEventListener("drop", async (event) => {
    veil.remove();
    if (!holdsFiles(event)) return;
    event.preventDefault();
    const { choices, folders } = await dropped(event.dataTransfer);
    take(choices, { all: !folders });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") veil.remove();
  });
}

/**
 * The files of a drop, those in folders too.
 * @param {DataTransfer | null} data
 */
async function dropped(data) {
  const items = Array.from(data?.items ?? []).filter((item) => item.kind === "file");
  // All of it has to be asked for at once: after the first wait the browser has taken the drop's content back.
  const asked = items.map((item) => ({
    entry: item.webkitGetAsEntry?.() ?? null,
    file: item.getAsFile(),
    handle: /** @type {any} */ (item).getAsFileSystemHandle?.().catch(() => null) ?? null,
  }));
  const found = await Promise.all(
    asked.map(async ({ entry, file, handle }) => {
      if (entry?.isDirectory) return plain(await filesIn(/** @type {FileSystemDirectoryEntry} */ (entry)));
      const given = await handle;
      return file ? [{ file, handle: given?.kind === "file" ? given : null }] : [];
    }),
  );
  return { choices: found.flat(), folders: asked.some(({ entry }) => entry?.isDirectory) };
}

/** @param {FileSystemDirectoryEntry} folder @returns {Promise<File[]>} */
async function filesIn(folder) {
  const reader = folder.createReader();
  const files = [];
  for (;;) {
    // A reader gives a part at a time, and nothing at the end.
    const part = await new Promise((/** @type {(found: FileSystemEntry[]) => void} */ resolve) =>
      reader.readEntries(resolve, () => resolve([])),
    );
    if (part.length === 0) return files.flat();
    files.push(...(await Promise.all(part.map(filesOf))));
  }
}

/** @param {FileSystemEntry} entry @returns {Promise<File[]>} */
async function filesOf(entry) {
  if (entry.isDirectory) return filesIn(/** @type {FileSystemDirectoryEntry} */ (entry));
  return new Promise((resolve) =>
    /** @type {FileSystemFileEntry} */ (entry).file(
      (file) => resolve([file]),
      () => resolve([]),
    ),
  );
}
