"""Health, figures and commands."""
