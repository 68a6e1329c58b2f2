"""Figures: what browsers measure, and a summary of what is counted, for those who see to the library."""
