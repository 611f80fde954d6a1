"""The station: ingest keeps what is said, watch says what follows from it (presence, NEWS2, alarms)."""
