"""Collections over HTTP, and their pages."""
