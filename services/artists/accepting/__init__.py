"""Films that discovery is sure enough of are fetched by themselves, so many a day."""
