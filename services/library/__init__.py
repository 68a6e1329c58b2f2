"""What is kept: listed, read, edited, deleted, restored."""
