"""Embeddings in, names out."""
