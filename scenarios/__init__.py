"""The script: language, engine, library, conductor and runner."""
