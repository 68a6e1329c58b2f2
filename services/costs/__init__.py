"""Costs: what storage takes, what was asked of it and what left it, and what all that costs by a list of prices."""
