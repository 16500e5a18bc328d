"""Faces in, embeddings out."""
