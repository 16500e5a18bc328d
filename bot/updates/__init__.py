"""What Telegram brings, seen through in order, whatever happens on the way."""
