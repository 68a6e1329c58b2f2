"""One version of a video, read or linked to."""
