"""Clips: parts of films that are videos of their own."""
