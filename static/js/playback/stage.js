/** Mounts the player, once for all pages that have one. */
import { mountCaptions } from "./captions.js";
import { mountPlayer } from "./player.js";
import { mountPlayerKeys } from "./player_keys.js";

mountPlayerKeys();
mountPlayer();
mountCaptions();
