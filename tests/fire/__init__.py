"""Reelgate under fire: what goes wrong in production, done to it on purpose. `make fire` runs all of it."""
