"""How the durable tables came to be, step by step. Alembic is imported here alone, and never by a server's worker."""
