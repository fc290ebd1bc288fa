"""Proves sentences: verdicts, quotations, who said it."""
