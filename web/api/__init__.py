"""What programs ask: who is in a photo, who the cousins are; and what they say of a face."""
