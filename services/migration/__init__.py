"""Migration: what lies elsewhere, many files at once, becomes videos here."""
