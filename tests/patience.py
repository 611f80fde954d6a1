"""How long tests wait for what other tasks, processes and pages bring about.

A wait ends as soon as it may, so patience costs nothing where all is well; it must last on a machine
that is several times slower than ours, and busy.
"""

from typing import Final

PATIENCE_S: Final = 60.0
PATIENCE_MS: Final = 60_000
