"""The first look at new artists, which begins by itself: a few a minute, so that a long list storms no service."""
