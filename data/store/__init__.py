"""The tables: what was received, answered, said and learned."""
