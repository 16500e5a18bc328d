"""Who people are to the bot, and which language they read."""
