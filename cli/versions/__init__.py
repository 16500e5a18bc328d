"""Versions: trained, evaluated, listed and promoted."""
