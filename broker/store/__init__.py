"""Where data rest: one protocol, SQLite by default."""
