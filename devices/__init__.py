"""What is worn, and the body it is worn on."""
