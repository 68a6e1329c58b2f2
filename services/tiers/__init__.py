"""Tiers: how near storage keeps each video, by hand, and the way back from the archive."""
