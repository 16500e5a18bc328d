"""What a browser shows: ask, the cousins, the review, the versions."""
