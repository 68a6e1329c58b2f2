"""Signing in on something that has no browser, as RFC 8628 has it: a person approves it in a browser elsewhere."""
