/** Mounts what the page of one video needs, beyond what all pages have. */
import "./stage.js";
import { mountMenus } from "../site/menus.js";
import { mountMoments } from "../captions/moments.js";
import { mountDrafts } from "./drafts.js";
import { mountFacets } from "./facets.js";
import { mountTranscripts } from "./transcript.js";
import { mountWatch } from "./watch_page.js";

mountWatch();
mountDrafts();
mountMenus();
mountFacets();
mountTranscripts();
mountMoments();
