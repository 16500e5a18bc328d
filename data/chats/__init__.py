"""What is remembered of what was said in chats, for a few days."""
