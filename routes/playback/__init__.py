"""The bytes of a video over HTTP."""
