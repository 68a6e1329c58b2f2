"""Side-by-side measurements of the upload path. `make bench` runs them and writes `docs/benchmarks.md`."""
