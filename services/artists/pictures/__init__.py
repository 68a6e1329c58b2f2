"""Pictures of artists and wanted films: fetched once, by the server, and kept, so that no page asks who has them."""
