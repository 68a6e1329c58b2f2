/** Mounts what makes the server's pages better. */
import { mountLibrary } from "./components/library.js";
import { mountUploads } from "./components/uploads.js";

mountLibrary();
mountUploads();
