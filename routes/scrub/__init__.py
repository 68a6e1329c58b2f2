"""What reading everything again has found, over HTTP, as a page and by a command."""
