"""Clips over HTTP, and on the page of their film."""
