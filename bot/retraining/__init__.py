"""Training runs asked for and followed from the chat, and which version answers."""
