"""Labelled photos in, a new model version out."""
