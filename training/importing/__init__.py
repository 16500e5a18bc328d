"""Photos brought in from wherever they lie."""
