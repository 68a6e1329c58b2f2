"""Documents beside a film: papers, slides and texts that people give along with it."""
