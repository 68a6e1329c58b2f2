"""How accessible films are, in a real browser."""
