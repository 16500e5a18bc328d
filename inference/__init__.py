"""Photo bytes in, guesses out."""
