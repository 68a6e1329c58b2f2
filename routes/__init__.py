"""HTTP in, HTTP out: one blueprint for each resource."""
