"""Names written beside photos, for other programs."""
