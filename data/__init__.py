"""What the family owns: settings, facts, photos and the SQLite store."""
