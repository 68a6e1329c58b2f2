"""Outside services over HTTP, and their page."""
