"""The bundled embedder and what can stand in for it."""
