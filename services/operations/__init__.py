"""What runs beside the requests, and what tells of it."""
