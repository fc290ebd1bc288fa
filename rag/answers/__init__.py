"""Makes answers: from a model, without one, or none."""
