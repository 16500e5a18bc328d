"""Photos that nobody has labelled in, groups of faces out."""
