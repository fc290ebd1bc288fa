"""Measures retrieval and refusals on a question file."""
