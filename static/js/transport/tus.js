/** One resumable upload: tus-js-client behind the few words that the queue needs. */

/**
 * @typedef {object} Handlers
 * @property {(sent: number) => void} progress
 * @property {() => void} done
 * @property {(error: Error) => void} failed
 */

const RETRIES = [1000, 3000, 5000, 10000, 20000, 30000];

/**
 * An upload that has not begun; it goes on where an earlier one of the same file stopped.
 * @param {File} file @param {Handlers} handlers
 */
export function resumable(file, { progress, done, failed }) {
  // The library stands in its own file, loaded before the modules.
  const { tus } = /** @type {any} */ (globalThis);
  const upload = new tus.Upload(file, {
    endpoint: "/api/uploads",
    retryDelays: RETRIES,
    metadata: { filename: file.name },
    removeFingerprintOnSuccess: true,
    onProgress: progress,
    onSuccess: done,
    onError: failed,
  });
  return {
    async start() {
      if (upload.url === null) {
        const earlier = await upload.findPreviousUploads();
        if (earlier.length > 0) upload.resumeFromPreviousUpload(earlier[0]);
      }
      upload.start();
    },
    /** Stop sending; what has arrived stays. */
    pause: () => upload.abort(),
    /** Stop, and delete what has arrived. */
    cancel: () => upload.abort(true),
    /** The upload's own address, which leads to the video when all of it has been stored. @returns {string} */
    address: () => upload.url,
  };
}
