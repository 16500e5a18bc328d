"""The home as one file, and back."""
