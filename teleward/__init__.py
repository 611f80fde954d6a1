"""The command line; wires protocols to implementations."""
