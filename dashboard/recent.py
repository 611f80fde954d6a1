"""The waves of the last seconds, so that a page that opens shows whole traces at once. Time is given."""

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from dashboard.waveframe import Block

FAST_MS: Final = 12_000
"""So much is kept of ECG, pleth and pressures: a sweep of a bed's page."""
SLOW_MS: Final = 48_000
"""So much of respiration and capnogram, whose pens go a quarter as fast; browsers keep no more."""
SLOW_HZ: Final = 60
"""Waves of fewer samples a second are the slow ones."""
MOST: Final = 20_000
"""So many blocks are kept of a session; of a fleet fewer seconds."""


@dataclass
class RecentWaves:
    """The blocks that browsers of one session were sent last."""

    _fast: deque[tuple[int, Block]] = field(default_factory=lambda: deque(maxlen=MOST))
    _slow: deque[tuple[int, Block]] = field(default_factory=lambda: deque(maxlen=MOST))

    def add(self, blocks: Iterable[Block], now: int) -> None:
        """Keep ``blocks``, received at wall time ``now`` (ms), and let go of old ones."""
        for block in blocks:
            (self._slow if block.header["hz"] < SLOW_HZ else self._fast).append((now, block))
        for kept, reach in ((self._fast, FAST_MS), (self._slow, SLOW_MS)):
            while kept and kept[0][0] < now - reach:
                kept.popleft()

    def blocks(self) -> list[Block]:
        """Return what is kept, each stretch of a wave as one block."""
        waves: dict[tuple[str, str, str], list[Block]] = defaultdict(list)
        for _, block in (*self._fast, *self._slow):
            waves[block.header["b"], block.header["m"], block.header["dev"]].append(block)
        return [joined for blocks in waves.values() for joined in _stretches(blocks)]


def _stretches(blocks: list[Block]) -> list[Block]:
    found: list[list[Block]] = []
    for block in blocks:
        if found and _follows(found[-1][-1].header, block.header):
            found[-1].append(block)
        else:
            found.append([block])
    return [_joined(stretch) for stretch in found]


def _follows(before: dict[str, Any], after: dict[str, Any]) -> bool:
    same = all(before[key] == after[key] for key in ("hz", "scale", "off", "boot", "q"))
    return same and before["i0"] + before["n"] == after["i0"]


def _joined(stretch: list[Block]) -> Block:
    samples = b"".join(block.samples for block in stretch)
    return Block({**stretch[0].header, "n": len(samples) // 2}, samples)
