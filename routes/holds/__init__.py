"""Legal holds over HTTP, and on the page of their video."""
