"""What an administrator changes while the server runs."""
