"""Pictures and renditions over HTTP."""
