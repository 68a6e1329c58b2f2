"""Signing in, accounts, and what people set of themselves."""
