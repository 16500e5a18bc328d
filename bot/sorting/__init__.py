"""Groups of faces without a name, asked about one after another."""
