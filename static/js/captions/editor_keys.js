/**
 * Keys of the editor. Those with Control, Alt or a function key work everywhere on its page; the others only while a
 * line of the list has the focus, so that they are letters wherever somebody writes.
 */

/** @type {Record<string, string>} */
const ANYWHERE = {
  "Control+Enter": "split",
  "Control+m": "merge",
  "Control+z": "undo",
  "Control+Shift+z": "redo",
  "Control+y": "redo",
  "Control+f": "find",
  "Control+s": "save",
  "Control+.": "fix",
  "Control+,": "trust",
  F8: "next-warning",
  "Shift+F8": "previous-warning",
  F2: "write",
  "Alt+ArrowLeft": "earlier-by-a-step",
  "Alt+ArrowRight": "later-by-a-step",
  "Alt+Shift+ArrowLeft": "end-earlier",
  "Alt+Shift+ArrowRight": "end-later",
};
/** @type {Record<string, string>} */
const ON_A_LINE = {
  ArrowUp: "cue-before",
  ArrowDown: "cue-behind",
  Home: "first-cue",
  End: "last-cue",
  PageUp: "earlier",
  PageDown: "later",
  Enter: "play",
  " ": "toggle",
  "[": "start-here",
  "]": "end-here",
  n: "insert",
  Delete: "remove",
};

/**
 * What a key means there; undefined where it means nothing to the editor.
 * @param {{key: string, ctrlKey: boolean, metaKey: boolean, altKey: boolean, shiftKey: boolean}} event
 * @param {{isLine: boolean, isField: boolean, isMac: boolean}} where
 */
export function meaningOf(event, { isLine, isField, isMac }) {
  const letter = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const isShifted = event.shiftKey && (letter.length > 1 || /[a-z]/.test(letter));
  const held = [
    event.ctrlKey || event.metaKey ? "Control+" : "",
    event.altKey ? "Alt+" : "",
    isShifted ? "Shift+" : "",
  ];
  const name = held.join("") + letter;
  // There, these move the caret by a word.
  if (isMac && isField && name.startsWith("Alt+Arrow")) return undefined;
  if (isField && name === "Escape") return "leave";
  return ANYWHERE[name] ?? (isLine ? ON_A_LINE[name] : undefined);
}
