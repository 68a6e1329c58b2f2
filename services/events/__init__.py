"""What has happened: said once, in one place, and handed to whoever wants to know."""
