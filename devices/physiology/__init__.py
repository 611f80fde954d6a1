"""The body: truth, as arrays over patients. No I/O."""
