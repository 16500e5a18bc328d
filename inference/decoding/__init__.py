"""Photo bytes in, upright pixels out."""
