"""Answers and what people say of them, for every front there is."""
