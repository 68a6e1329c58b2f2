"""Sign tracks over HTTP."""
