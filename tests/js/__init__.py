"""The pages' scripts."""
