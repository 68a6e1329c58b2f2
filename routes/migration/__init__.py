"""Migration over HTTP and from the command line."""
