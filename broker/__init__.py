"""How data travel and where they rest: topics, messages, codec, client, broker, station, store."""
