"""What a video is."""
