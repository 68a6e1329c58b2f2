"""How accessible videos are, over HTTP."""
