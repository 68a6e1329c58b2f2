"""What changes, told to the pages that show it: each to those alone who may see it."""
