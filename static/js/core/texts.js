/** Every sentence that scripts show, in one place. */
export const texts = {
  dropHere: "Drop to upload",
  uploads: "Uploads",
  waiting: "Waiting",
  offline: "Waiting for the network",
  paused: "Paused",
  finishing: "Finishing: the server is storing it",
  stored: "Stored",
  cancelled: "Cancelled",
  empty: "The file is empty.",
  duplicate: "This file is in the list already.",
  pause: "Pause",
  resume: "Resume",
  cancel: "Cancel",
  retry: "Try again",
  open: "Open",
  undo: "Undo",
  linkCopied: "Link copied",
  saved: "Saved",
  /** @param {string} title */
  deleted: (title) => `“${title}” is in the trash`,
  /** @param {string} title */
  restored: (title) => `“${title}” is back in the library`,
  /** @param {string} size */
  tooLarge: (size) => `Larger than ${size}, the most that is accepted here.`,
  /** @param {string} percent @param {string} speed @param {string} left */
  running: (percent, speed, left) => [percent, speed, left].filter(Boolean).join(" · "),
  /** @param {string} time */
  left: (time) => `${time} left`,
  failed: "The upload failed. What has arrived is kept for a while.",
  unreachable: "The server cannot be reached. Try again in a moment.",
};
