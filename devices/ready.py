"""When kernels are compiled, and made ready before anything waits for them."""

from typing import Final

import numpy as np

from devices import kernels
from devices.engine import Engine
from devices.person import generate
from devices.randomness import generator
from devices.signals.leads import LEADS
from devices.ward import DEVICES

WORTH: Final = 500
"""Patient-seconds a second from which machine code is worth its second of loading and its 110 MB: plain
Python costs about 0.1 ms each, so this is a twentieth of a core."""
BEDS: Final = 2
SECONDS: Final = 3


def worth(beds: int, speed: float) -> bool:
    """Say whether a ward of so many beds at such a speed is reckoned better by machine code."""
    return beds * speed >= WORTH


def make_ready() -> bool:
    """Compile what an ordinary ward calls, or read it from the cache; say whether it could be.

    The first time on a computer this takes a minute or so, later a second. Nothing is connected yet, so
    no broker takes the pause for a death.
    """
    if not kernels.compile_all():
        return False
    names = [f"ready{i}" for i in range(BEDS)]
    people = [generate(generator(0, name, "person")) for name in names]
    ward = Engine(0, names, people, {device: np.ones(BEDS, bool) for device in DEVICES})
    ward.warm_up()
    ward.body.affect(0, "fentanyl", 1.0)
    for _ in range(SECONDS):
        ward.advance(10.0)
        ward.draw(1, LEADS)
    return True
