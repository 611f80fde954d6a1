"""What the body gives to its signals."""

from dataclasses import dataclass

from devices.arrays import Floats


@dataclass(frozen=True, slots=True)
class Drive:
    """What the trains follow, arrays ``[N]`` of the body's truth."""

    hr: Floats
    rr: Floats
    sbp: Floats
    pi: Floats
