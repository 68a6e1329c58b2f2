"""Caption tracks: words with times beside a video, the files that they come in, and what a good one is like."""
