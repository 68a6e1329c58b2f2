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

/** The same for the library and for one video. */
export const libraryTexts = {
  undo: "Undo",
  close: "Close",
  copied: "Copied",
  linkCopied: "Link copied",
  notCopied: "This browser does not let pages copy. Select the text and copy it yourself.",
  saved: "Saved",
  tryAgain: "Try again",
  moreFailed: "More videos could not be fetched.",
  unreachable: "The server cannot be reached. Try again in a moment.",
  unplayable: "The video cannot be played right now",
  /** @param {number} count */
  videos: (count) => `${count} ${count === 1 ? "video" : "videos"}`,
  /** @param {string} title */
  deleted: (title) => `“${title}” is in the trash`,
  /** @param {number} count */
  deletedMany: (count) => `${libraryTexts.videos(count)} in the trash`,
  /** @param {string} title */
  restored: (title) => `“${title}” is back in the library`,
  /** @param {number} count */
  restoredMany: (count) => `${libraryTexts.videos(count)} back in the library`,
  /** @param {number} count */
  tagged: (count) => `Tags added to ${libraryTexts.videos(count)}`,
  /** @param {number} count @param {string} reason */
  failed: (count, reason) => `${libraryTexts.videos(count)} not changed: ${reason}`,
  /** @param {number} count */
  selected: (count) => `${count} selected`,
  /** @param {number} count */
  arrived: (count) => `${count} more`,
  /** @param {string} time */
  copyLinkAt: (time) => `Copy link at ${time}`,
  /** @param {string} time */
  resumed: (time) => `Goes on at ${time}`,
  /** @param {number} speed */
  speed: (speed) => `${speed} ×`,
  /** @param {string} moment */
  worksUntil: (moment) => `Works until ${moment}`,
  /** @param {number} width @param {number} height */
  picture: (width, height) => `${width} × ${height}`,
};
