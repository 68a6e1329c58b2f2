"""One module for each outside service: builds its requests and reads its answers, and nothing else."""
