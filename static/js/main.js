/** Mounts what makes the server's pages better. */
import { mountLibrary } from "./components/library.js";
import { mountUploads } from "./components/uploads.js";

mountLibrary();
// Without the library that uploads in pieces, the plain form still does its work.
if ("tus" in globalThis) mountUploads();
