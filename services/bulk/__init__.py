"""The same done to many videos, each judged as if it were alone."""
