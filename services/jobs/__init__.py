"""Work that takes seconds: a table of jobs is the truth, workers claim from it, and what they finish is fenced."""
