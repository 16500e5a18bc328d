"""One SQLite file: the connection, and the steps that made its tables."""
