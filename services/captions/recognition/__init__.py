"""Recognition: captions that a machine makes of what is said in a film, until a person has looked."""
