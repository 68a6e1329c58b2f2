"""Telling pages and programs of what changes."""
