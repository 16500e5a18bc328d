"""Who may ask, and who let them in."""
