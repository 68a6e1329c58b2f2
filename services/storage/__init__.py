"""The only rooms that know Azure."""
