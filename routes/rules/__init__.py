"""Rules over HTTP, and their page."""
