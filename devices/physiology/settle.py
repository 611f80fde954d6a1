"""First-order approach to a target, exact for any step."""

from math import exp

from devices.arrays import Floats


def settle(now: Floats, target: Floats, dt_s: float, tau_s: float) -> Floats:
    """Move ``now`` towards ``target`` as a first-order lag does in ``dt_s``.

    Exact for any step, so that two half steps equal a whole one while the target stands still.
    """
    return target + (now - target) * exp(-dt_s / tau_s)
