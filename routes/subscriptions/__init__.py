"""Subscriptions over HTTP, and their page."""
