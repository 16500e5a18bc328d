"""What a bot can ask of Telegram, one function a method of the Bot API."""
