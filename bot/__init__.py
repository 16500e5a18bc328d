"""The Telegram front: updates in, answers out."""
