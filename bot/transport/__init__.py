"""The way to Telegram and back: requests, files, messages sent once, how the connection is."""
