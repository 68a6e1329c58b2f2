"""The files that captions come in and go out as. What comes in is hostile, and is read in one pass."""
