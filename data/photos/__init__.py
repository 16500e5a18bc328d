"""What is known of photos, wherever they came from."""
