"""What Reelgate does, without a word of HTTP."""
