"""Heads, thresholds and folds fitted on labelled faces."""
