"""Imports: films that lie elsewhere are fetched, and become videos here."""
