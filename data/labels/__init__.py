"""What people said of the labelled photos."""
