"""Search over everything, over HTTP."""
