"""`web`: the family's pages: served alone, and who may come in."""
