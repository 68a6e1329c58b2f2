"""Sources: what outside services know of films, asked with care, and how these services are."""
