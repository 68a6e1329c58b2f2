"""Side-by-side measurements. Each module says how it is run."""
