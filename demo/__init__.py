"""A drawn family and a local Telegram, to try everything with no token and no network."""
