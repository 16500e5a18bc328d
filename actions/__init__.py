"""What may be done with the family's knowledge, without Telegram and without HTTP."""
