"""Scrubbing: what is stored is read again, and compared with what it was."""
