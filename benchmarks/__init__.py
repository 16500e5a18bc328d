"""Accuracy and speed, each beside its peer in one run."""
