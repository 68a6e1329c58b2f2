"""The database: its engine, and small notes in it."""
