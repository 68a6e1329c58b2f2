"""Collections: videos that belong together, and with whom they are shared."""
