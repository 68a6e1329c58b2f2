"""Artists and wanted films over HTTP, and their pages."""
