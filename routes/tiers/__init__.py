"""Tiers over HTTP, and on the page of a film."""
