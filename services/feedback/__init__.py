"""Feedback: what people think of the captions, signs and playing of a film."""
