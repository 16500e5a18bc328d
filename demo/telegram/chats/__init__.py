"""Who is on this Telegram, what they write to each other, and who hears of it."""
