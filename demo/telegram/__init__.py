"""A local Telegram: a Bot API server on loopback, and people with phones to talk to the bot."""
