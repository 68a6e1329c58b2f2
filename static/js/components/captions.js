/** Captions from a file of the one who watches. The file stays in the browser, and is gone with the page. */
import { cuesOf } from "../core/captions.js";
import { libraryTexts as texts } from "../core/texts.js";
import { onAct } from "./acts.js";
import { pick } from "./choosing.js";
import { onKey } from "./keys.js";
import { player, say } from "./player.js";
import { complain, toast } from "./toast.js";

const LARGEST = 5_000_000;

export function mountCaptions() {
  onAct("captions", choose);
  onKey("c", toggle);
}

async function choose() {
  const video = player();
  const [file] = await pick({ folder: false, one: true, kinds: ".vtt,.srt" });
  if (file === undefined || video === null) return;
  const cues = file.size > LARGEST ? [] : cuesOf(await file.text().catch(() => ""));
  if (cues.length === 0) return complain(texts.noCaptions(file.name));
  for (const track of video.textTracks) track.mode = "disabled";
  const track = video.addTextTrack("captions", file.name);
  for (const { start, end, text } of cues) track.addCue(new VTTCue(start, end, text));
  track.mode = "showing";
  toast(texts.captionsOn);
}

/** Hide the captions that were chosen last, or show them again. */
function toggle() {
  const track = [...(player()?.textTracks ?? [])].at(-1);
  if (track === undefined) return false;
  track.mode = track.mode === "showing" ? "hidden" : "showing";
  say(track.mode === "showing" ? texts.captionsOn : texts.captionsOff);
}
