/** Captions from a file of the one who watches. The file stays in the browser, and is gone with the page. */
import { toggleCaptions } from "./caption_choice.js";
import { cuesOf } from "./core/caption_files.js";
import { t } from "../site/core/texts.js";
import { onAct } from "../site/actions.js";
import { pick } from "../uploads/file_picker.js";
import { onKey } from "../site/keys.js";
import { player } from "./player.js";
import { complain, toast } from "../site/toast.js";

const LARGEST = 5_000_000;

export function mountCaptions() {
  onAct("captions", choose);
  onKey("c", () => {
    const video = player();
    return video === null ? false : toggleCaptions(video);
  });
}

async function choose() {
  const video = player();
  const [file] = await pick({ folder: false, one: true, kinds: ".vtt,.srt" });
  if (file === undefined || video === null) return;
  const cues = file.size > LARGEST ? [] : cuesOf(await file.text().catch(() => ""));
  if (cues.length === 0) return complain(t("playback.no_captions", { name: file.name }));
  for (const track of video.textTracks) track.mode = "disabled";
  const track = video.addTextTrack("captions", file.name);
  for (const { start, end, text } of cues) track.addCue(new VTTCue(start, end, text));
  track.mode = "showing";
  toast(t("playback.captions_on"));
}
