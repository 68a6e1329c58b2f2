"""Accounts against the real server, in a real browser."""
