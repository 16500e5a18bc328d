"""What keeps a home running that somebody answers for: opened, brought up to date, watched, tidied up."""
