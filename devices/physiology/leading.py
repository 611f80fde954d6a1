"""What a body makes of a sign that a script, or a hand, leads alone: the others agree with it.

Diastolic pressure keeps its proportion to a systolic one, and systolic its distance from a diastolic one;
arterial carbon dioxide lies above what is breathed out, and who has so much of it breathes accordingly.
Each is *heuristic*.
"""

import math
from typing import Final

from devices.arrays import Floats
from devices.kernels import kernel
from devices.physiology import coupling, stores
from devices.physiology import rows as r
from devices.physiology.keys import LIMITS

NARROWEST: Final = 0.75
"""Diastolic over systolic pressure at most, where only the first is led."""
SEEN: Final = 0.3
"""Where less of arterial carbon dioxide reaches the breath, as without circulation, it is not led by that."""
RETURN_S: Final = 30.0
"""How soon carbon dioxide goes home that is led no longer; by its own ways somebody would pant for long."""
GONE: Final = 0.02
_MOST_SBP: Final = float(LIMITS["sbp"][1])


@kernel
def carbon_dioxide(i: int, s: Floats, aims: Floats, aimed: int, dt_s: float) -> None:
    """Let arterial carbon dioxide be what an end-tidal one that is led stands for, and then go home."""
    led, home = float(s[r.LED_CO2, i]), float(s[r.REST_ETCO2, i]) + coupling.ALVEOLAR_GRADIENT_MMHG
    arterial = float(s[r.PACO2, i])
    if aimed and not math.isnan(aims[r.ETCO2, i]):
        seen = float(s[r.TO_ETCO2, i]) / max(arterial - coupling.ALVEOLAR_GRADIENT_MMHG, 1.0)
        led = 1.0 if seen >= SEEN else 0.0
        if led > 0.0:
            arterial = float(s[r.ETCO2, i]) / min(seen, 1.0) + coupling.ALVEOLAR_GRADIENT_MMHG
    elif led > 0.0:
        keep = math.exp(-dt_s / RETURN_S)
        arterial = home + (arterial - home) * keep
        led = led * keep if led * keep > GONE else 0.0
    s[r.LED_CO2, i] = led
    if led > 0.0:
        s[r.PACO2, i], s[r.CO2, i] = arterial, arterial + stores.GRADIENT_MMHG
        s[r.FELT_CO2, i] = arterial / home


@kernel
def breathing(i: int, s: Floats, wanted: float) -> float:
    """Return how much is breathed, over rest: as ``wanted``, or to what carbon dioxide is led."""
    if s[r.LED_CO2, i] == 0.0:
        return wanted
    return (float(s[r.REST_ETCO2, i]) + coupling.ALVEOLAR_GRADIENT_MMHG) / float(s[r.PACO2, i])


@kernel
def pressures(i: int, s: Floats, aims: Floats) -> None:
    """Let the pressure that is not led agree with the one that is."""
    systolic, diastolic = not math.isnan(aims[r.SBP, i]), not math.isnan(aims[r.DBP, i])
    if systolic and not diastolic:
        s[r.TO_DBP, i] = float(s[r.SBP, i]) * float(s[r.REST_DBP, i]) / float(s[r.REST_SBP, i])
    elif diastolic and not systolic:
        s[r.TO_SBP, i] = min(max(float(s[r.TO_SBP, i]), float(s[r.DBP, i]) / NARROWEST), _MOST_SBP)
