"""Every way in for a video's bytes."""
