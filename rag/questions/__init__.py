"""Reads what is asked: words, period, scope, follow-ups."""
