"""What is read out of films and made of them: facts, pictures, and renditions that browsers play."""
