"""What every browser must know of signs, waves and limits, from the tables of ``vitals``."""

from typing import Any, Final

from vitals.catalogue import VITAL_SIGNS, WAVEFORMS
from vitals.limits import ADULT, NEWS2

SIGNS: Final[dict[str, dict[str, Any]]] = {
    key: {
        "label": sign.label,
        "unit": sign.unit,
        "shown_unit": sign.shown_unit,
        "decimals": sign.decimals,
        "period_s": sign.period_s,
        "validity_s": sign.validity_s,
    }
    for key, sign in VITAL_SIGNS.items()
}
WAVES: Final[dict[str, dict[str, Any]]] = {
    key: {"label": wave.label, "hz": wave.hz} for key, wave in WAVEFORMS.items()
}


def _limits() -> dict[str, dict[str, float]]:
    limits: dict[str, dict[str, float]] = {}
    for limit in ADULT:
        if limit.metric != NEWS2 and not limit.says:
            limits.setdefault(limit.metric, {})[limit.bound] = limit.levels[0].limit
    return limits


LIMITS: Final = _limits()
"""The mildest default limit below and above, per metric, of a person on SpO₂ scale 1."""
