"""A photo in, an answer out."""
