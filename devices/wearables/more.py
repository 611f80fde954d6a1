"""Devices beside the five that everybody wears: made only where a bed has them."""

from collections.abc import Mapping, Sequence
from typing import Final

from devices.arrays import Bools
from devices.person import Person
from devices.wearables.capnometer import Capnometer
from devices.wearables.glucose import GlucoseMonitor
from devices.wearables.monitor import Monitor
from devices.wearables.spot import Scale, Spirometer, Spot
from devices.wearables.wearable import Wearable
from devices.wearables.wrist import Wrist

WORN: Final[tuple[type[Wearable], ...]] = (Monitor, Wrist, Capnometer, GlucoseMonitor)
USED: Final[tuple[type[Spot], ...]] = (Scale, Spirometer)
NAMES: Final = tuple(kind.name for kind in (*WORN, *USED))
AVERAGING: Final = (Monitor.name, Wrist.name, Capnometer.name)
"""Those whose averages must be full at the start."""


def more(
    seed: int, beds: Sequence[str], people: Sequence[Person], worn: Mapping[str, Bools]
) -> tuple[Wearable, ...]:
    """Return those of the devices that any bed has."""

    def anybody(name: str) -> bool:
        return name in worn and bool(worn[name].any())

    on_bodies = (kind(seed, beds, worn[kind.name]) for kind in WORN if anybody(kind.name))
    used = (kind(seed, beds, worn[kind.name], people) for kind in USED if anybody(kind.name))
    return (*on_bodies, *used)
