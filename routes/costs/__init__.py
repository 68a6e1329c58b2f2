"""Costs: what is stored, what it costs, and where the prices come from."""
