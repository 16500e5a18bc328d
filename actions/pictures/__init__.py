"""Photos drawn, made small, and kept in the library."""
