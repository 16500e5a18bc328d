"""Cousins renamed and merged, and the newest change taken back: in an order that survives being killed."""
