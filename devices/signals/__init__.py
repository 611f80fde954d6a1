"""From beats and breaths to samples, batched over the ward. No I/O."""
