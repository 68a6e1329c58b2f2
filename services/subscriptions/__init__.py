"""Subscriptions: feeds, channels, artists and searches that are looked at on a schedule."""
