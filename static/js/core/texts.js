/** Every sentence that scripts show, in one place: first those of uploads. */
export const uploadTexts = {
  dropHere: "Drop to upload",
  uploads: "Uploads",
  waiting: "Waiting",
  offline: "Waiting for the network",
  again: "Interrupted; trying again",
  paused: "Paused",
  finishing: "Finishing: the server is storing it",
  stored: "Stored",
  cancelled: "Cancelled",
  empty: "The file is empty.",
  duplicate: "This file is in the list already.",
  otherFile: "This is another file than the one that the upload began with.",
  noFiles: "There are no videos in what was dropped.",
  pause: "Pause",
  pauseAll: "Pause all",
  resume: "Go on",
  resumeAll: "Go on with all",
  cancel: "Cancel",
  retry: "Try again",
  retryAll: "Try all again",
  chooseAgain: "Choose the file",
  copyLink: "Copy link",
  remove: "Take off the list",
  clear: "Clear finished",
  collapse: "Show only the total",
  expand: "Show the list",
  unreadable: "The file cannot be read any more: it was moved, deleted or changed.",
  failed: "The upload failed. What has arrived is kept for a while.",
  /** @param {string} extension */
  notAVideo: (extension) => `${extension ? `.${extension} is` : "This is"} not a kind of video that is accepted here. The other files go on.`,
  /** @param {string} size */
  tooLarge: (size) => `Larger than ${size}, the most that is accepted here.`,
  /** @param {string[]} parts */
  running: (...parts) => parts.filter(Boolean).join(" · "),
  /** @param {string} rate */
  speed: (rate) => `${rate}/s`,
  /** @param {string} time */
  left: (time) => `${time} left`,
  /** @param {string} sent @param {string} size */
  of: (sent, size) => `${sent} of ${size}`,
  /** @param {string} sent @param {string} size */
  asleep: (sent, size) => `${sent} of ${size} are stored. Choose the file again to go on.`,
  /** @param {string} sent @param {string} size */
  asleepWithFile: (sent, size) => `${sent} of ${size} are stored.`,
  /** @param {number} stored @param {number} count */
  uploading: (stored, count) => `Uploading ${Math.min(stored + 1, count)} of ${count}`,
  /** @param {number} count */
  allStored: (count) => `${count} ${count === 1 ? "upload" : "uploads"} stored`,
  /** @param {string} name */
  titleOf: (name) => `Title of ${name}`,
  /** @param {string} title */
  storedNews: (title) => `${title} is stored`,
  /** @param {string} title @param {string} reason */
  failedNews: (title, reason) => `${title}: ${reason}`,
  /** @param {number} percent */
  percentNews: (percent) => `${percent} % of all uploads sent`,
  /** @param {string} act @param {string} name */
  actOn: (act, name) => `${act}: ${name}`,
};

/** Those of the library and of one video. */
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
  captionsOn: "Captions on",
  captionsOff: "Captions off",
  /** @param {string} name */
  noCaptions: (name) => `No captions were found in ${name}. Choose a WebVTT (.vtt) or SubRip (.srt) file.`,
  /** @param {number} speed */
  speed: (speed) => `${speed} ×`,
  /** @param {string} moment */
  worksUntil: (moment) => `Works until ${moment}`,
  /** @param {number} width @param {number} height */
  picture: (width, height) => `${width} × ${height}`,
};
