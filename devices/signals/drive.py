"""What the body gives to its signals."""

from dataclasses import dataclass

from devices.arrays import Floats


@dataclass(frozen=True, slots=True)
class Drive:
    """What the trains follow, arrays ``[N]`` of the body's truth.

    ``lost`` is the share of blood volume lost, ``obstruction`` what the airway holds back (0 to 1).
    """

    hr: Floats
    rr: Floats
    sbp: Floats
    pi: Floats
    etco2: Floats
    lost: Floats
    obstruction: Floats
