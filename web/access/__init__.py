"""Ways in: links, sessions, keys, Telegram's Mini App; and what keeps everybody else out."""
