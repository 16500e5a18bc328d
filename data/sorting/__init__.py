"""Photos that nobody has labelled yet: the faces seen on them, their groups, and what people said of those."""
