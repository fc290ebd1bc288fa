"""Finds the passages for a question."""
