"""Where to take a session up again after a crash, from what the store holds of it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from broker.store import open_store
from broker.store.protocol import Observation, StoreUnavailableError
from vitals.time import ClockLine

_LOG: Final = logging.getLogger(__name__)

OFTEN: Final = frozenset({"hr", "rr", "spo2", "pr", "pi"})
"""Metrics that come every second, so that their newest tells how far a device got."""
OVERLAP_MS: Final = 20_000
"""Wall time that is published again in any case: the store knows a repetition and keeps one.

Devices come back to a broker that died at different times, up to ten seconds apart; one may still
hold back what it said when the newest of another is stored."""
LONGEST_GAP_MS: Final = 600_000
"""Simulated time of numerics that are published again at most; a longer gap is a pause of the session."""


@dataclass(frozen=True, slots=True)
class Resumption:
    """Along which line to go on, and from when on to say again what may not have arrived."""

    line: ClockLine
    again_ms: int


def resumption(line: ClockLine, newest: Sequence[Observation], start_ms: int, now_ms: int) -> Resumption:
    """Return how to take a session up at wall time ``now_ms`` whose clock went along ``line``.

    ``newest`` is the newest stored observation of each metric. Time goes on as if nothing had
    happened; after more than ``LONGEST_GAP_MS`` it goes on from what is stored instead.
    """
    devices: dict[tuple[str, str], int] = {}
    for o in newest:
        if o.metric in OFTEN:
            key = (o.subject, o.device)
            devices[key] = max(devices.get(key, o.t), o.t)
    simulated = max(start_ms, line.simulated(now_ms))
    last = min(max(devices.values(), default=start_ms), simulated)
    if simulated - last > LONGEST_GAP_MS * max(1.0, line.speed):
        line = replace(line, start_ms=last, wall_ms=now_ms)
    behind = min(devices.values(), default=start_ms)
    overlap_ms = round(OVERLAP_MS * max(1.0, line.speed))
    return Resumption(line, max(start_ms, min(last, max(behind, last - LONGEST_GAP_MS)) - overlap_ms))


def stored(store_url: str, session: str) -> list[Observation]:
    """Return the newest observations of a session; none when the store cannot be read now."""
    try:
        store = open_store(store_url, readonly=True)
    except (StoreUnavailableError, OSError, ValueError) as error:
        _LOG.warning("the store cannot be read, the session is taken up from its clock: %s", error)
        return []
    try:
        return store.latest(session)
    except StoreUnavailableError as error:
        _LOG.warning("the store cannot be read, the session is taken up from its clock: %s", error)
        return []
    finally:
        store.close()
