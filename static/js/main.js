/** Mounts what makes the server's pages better. */
import { mountActs } from "./components/acts.js";
import { mountBulk } from "./components/bulk.js";
import { mountCaptions } from "./components/captions.js";
import { mountCards } from "./components/cards.js";
import { mountKeys } from "./components/keys.js";
import { mountNavigation } from "./components/navigation.js";
import { mountPaging } from "./components/paging.js";
import { mountPlayer } from "./components/player.js";
import { mountSearch } from "./components/search.js";
import { mountSettings } from "./components/settings.js";
import { mountStills } from "./components/stills.js";
import { mountUploads } from "./components/uploads.js";
import { mountWatch } from "./components/watch.js";

mountActs();
mountPaging();
mountNavigation();
mountKeys();
mountSettings();
mountSearch();
mountCards();
mountBulk();
mountWatch();
mountPlayer();
mountCaptions();
mountStills();
// Without the library that uploads in pieces, the plain form still does its work.
if ("tus" in globalThis) mountUploads();
