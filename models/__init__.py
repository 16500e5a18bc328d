"""Learners: architectures, weights and the version registry."""
