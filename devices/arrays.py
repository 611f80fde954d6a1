"""Names for the arrays that pass between body, signals and wearables."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
"""State of the ward ``[N]``, or events of it ``[N, n]``."""
Singles: TypeAlias = NDArray[np.float32]
"""Samples and their tables, where 24 bits are enough."""
Bools: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.int64]
Raw: TypeAlias = NDArray[np.int16]
"""Samples as they travel: integers, value = offset + scale × raw."""
Anything: TypeAlias = NDArray[Any]
