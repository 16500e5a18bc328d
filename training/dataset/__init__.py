"""Labelled photos in, labelled faces out."""
