"""Artists, and what is wanted of them: films that are known of, whether they are here or not."""
