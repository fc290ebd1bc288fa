"""Keeps the articles: the ledger, and its projections in Chroma and tantivy."""
