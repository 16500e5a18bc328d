"""Which faces of unlabelled photos are one person's: embeddings in, groups out."""
