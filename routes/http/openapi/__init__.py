"""How an operation is described."""
