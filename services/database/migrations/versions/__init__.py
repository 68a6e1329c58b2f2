"""One file for each revision, each after the one that it names in `down_revision`: a chain with one end."""
