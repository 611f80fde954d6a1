"""The line between a device and the broker: what becomes of messages that are said.

Without a trouble every message goes out at once. A device out of range keeps what it measured, with
its own times and numbers, and sends it in order once it is back. Which message is lost, late, said
twice or overtaken is drawn from the message itself, so that it depends on nothing else: not on what
was drawn before, nor on whether waves are drawn.
"""

from collections import deque
from collections.abc import Iterator
from hashlib import blake2b
from heapq import heappop, heappush
from typing import Final

from broker.packets import Outgoing

LOST, LATE, REPEATED, REORDERED = "lost-messages", "late-messages", "repeated-messages", "reordered-messages"
OUT_OF_RANGE: Final = "out-of-range"
SHARE: Final = 0.3
"""The share of messages a trouble concerns, unless a script says otherwise; late ones are all."""
DELAY_S: Final[dict[str, float]] = {LATE: 20.0, REPEATED: 2.0, REORDERED: 5.0}
"""By how much, likewise: a late message is so late, one out of order up to so much."""
TROUBLES: Final = (LOST, LATE, REPEATED, REORDERED, OUT_OF_RANGE)
KEPT: Final = 4000
"""Messages a device out of range keeps, the newest: over an hour's worth of numerics."""
AT_ONCE: Final = 20
"""So many of a backlog are sent in a tick of 0.2 s (*heuristic*)."""
_WHOLE: Final = float(1 << 64)


class Line:
    """One device's line; times are the ward's own, in ms."""

    def __init__(self, seed: int) -> None:
        self._key = seed.to_bytes(16, "little", signed=True)
        self._troubles: dict[str, tuple[float, float]] = {}
        self._held: list[tuple[int, int, Outgoing]] = []
        self._number = 0
        self._backlog: deque[Outgoing] = deque(maxlen=KEPT)

    @property
    def clear(self) -> bool:
        """Say whether messages simply go out, and none waits."""
        return not (self._troubles or self._held or self._backlog)

    @property
    def keeps(self) -> bool:
        """Say whether the device is out of range and keeps what it says."""
        return OUT_OF_RANGE in self._troubles

    def trouble(self, kind: str, *, on: bool, share: float | None, delay_s: float | None) -> None:
        """Begin or end a trouble; ``None`` is the usual share or delay."""
        if not on:
            self._troubles.pop(kind, None)
            return
        usual = 1.0 if kind == LATE else SHARE
        seconds = DELAY_S.get(kind, 0.0) if delay_s is None else delay_s
        self._troubles[kind] = (usual if share is None else share, seconds)

    def forget(self) -> None:
        """Lose what is kept: the device starts anew."""
        self._backlog.clear()

    def carry(self, out: Outgoing, now_ms: int) -> Iterator[Outgoing]:
        """Take what the device says; yield what goes out at once."""
        if self._befalls(LOST, out):
            return
        if self.keeps and not out.qos:
            return  # a wave is for now or never
        if out.qos and (self.keeps or self._backlog):
            self._backlog.append(out)
            return
        wait_ms = self._wait_ms(out)
        if self._befalls(REPEATED, out):
            self._hold(out, now_ms + wait_ms + round(1000 * self._troubles[REPEATED][1]))
        if wait_ms:
            self._hold(out, now_ms + wait_ms)
        else:
            yield out

    def due(self, now_ms: int) -> Iterator[Outgoing]:
        """Yield what waited and goes out now."""
        if self.keeps:
            return
        while self._held and self._held[0][0] <= now_ms:
            yield heappop(self._held)[2]
        for _ in range(min(AT_ONCE, len(self._backlog))):
            yield self._backlog.popleft()

    def _hold(self, out: Outgoing, until_ms: int) -> None:
        self._number += 1
        heappush(self._held, (until_ms, self._number, out))

    def _wait_ms(self, out: Outgoing) -> int:
        wait_s = self._troubles[LATE][1] if self._befalls(LATE, out) else 0.0
        if self._befalls(REORDERED, out):
            wait_s += self._troubles[REORDERED][1] * self._drawn("how much", out)
        return round(1000 * wait_s)

    def _befalls(self, kind: str, out: Outgoing) -> bool:
        return kind in self._troubles and self._drawn(kind, out) < self._troubles[kind][0]

    def _drawn(self, what: str, out: Outgoing) -> float:
        """Return a number from 0 to 1 that belongs to this message alone."""
        said = f"{what} {out.topic} ".encode() + out.payload
        return int.from_bytes(blake2b(said, digest_size=8, key=self._key).digest(), "little") / _WHOLE
