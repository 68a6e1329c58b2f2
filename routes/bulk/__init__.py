"""The same done to many videos: over HTTP, and by forms."""
