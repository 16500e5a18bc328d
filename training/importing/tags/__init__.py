"""What other programs say of who is on a photo: bytes in, regions out."""
