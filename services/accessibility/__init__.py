"""How many people a film is for, and what it lacks."""
