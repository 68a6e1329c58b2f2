"""Sign tracks that a machine makes, over HTTP."""
