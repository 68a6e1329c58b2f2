"""Figures for people, and what browsers measure."""
