"""Ways for foreign data to join: recordings and real sensors."""
