// Sends a file with tus-js-client. Arguments: the endpoint, the file, and options as JSON.
import { createReadStream } from "node:fs";
import { PassThrough } from "node:stream";
import * as tus from "tus-js-client";

const [endpoint, path, text] = process.argv.slice(2);
const options = JSON.parse(text);
const file = createReadStream(path);
// Of a file the client always knows the length; of a mere stream it does not.
const upload = new tus.Upload(options.uploadLengthDeferred ? file.pipe(new PassThrough()) : file, {
  endpoint,
  metadata: { filename: "film.mp4", filetype: "video/mp4" },
  retryDelays: [0, 200, 1000, 3000],
  ...options,
  onError(error) {
    console.error(error);
    process.exit(1);
  },
  onSuccess() {
    console.log(upload.url);
  },
});
upload.start();
