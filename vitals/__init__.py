"""What a vital sign is and means. No I/O: no socket, file, clock or global random state in here."""
