"""What is promised and not yet acknowledged: a bounded queue that keeps order over reconnections."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace

from broker.packets import Outgoing


@dataclass(slots=True)
class _Entry:
    out: Outgoing
    since_s: float

    def remaining(self, now_s: float) -> Outgoing | None:
        """Return the message with the expiry it has left, ``None`` when that is over."""
        if self.out.expiry_s is None:
            return self.out
        left = self.out.expiry_s - int(now_s - self.since_s)
        return replace(self.out, expiry_s=left) if left > 0 else None


class Outbox:
    """QoS 1 messages until their acknowledgement, at most ``bound`` of them.

    ``dropped`` counts what was given up: the oldest at overflow, and what expired before it could
    be sent. At most half the bound is in flight at once, so that overflow never takes a message
    that the broker may be about to acknowledge.
    """

    def __init__(self, bound: int) -> None:
        self._bound = max(2, bound)
        self._window = self._bound // 2
        self._waiting: deque[_Entry] = deque()
        self._flying: dict[int, _Entry] = {}
        self.dropped = 0

    def __len__(self) -> int:
        """Return how many messages are not acknowledged."""
        return len(self._waiting) + len(self._flying)

    def __contains__(self, mid: int) -> bool:
        """Say whether packet id ``mid`` is in flight."""
        return mid in self._flying

    def limit(self, receive_maximum: int) -> None:
        """Never have more in flight than the broker takes."""
        self._window = max(1, min(self._bound // 2, receive_maximum))

    def topics(self) -> set[str]:
        """Return the topics of everything in here."""
        return {e.out.topic for e in (*self._flying.values(), *self._waiting)}

    def add(self, out: Outgoing, now_s: float) -> None:
        """Take ``out``; at overflow the oldest that waits goes."""
        self._waiting.append(_Entry(out, now_s))
        if len(self) > self._bound:
            self._waiting.popleft()
            self.dropped += 1

    def put_before(self, messages: Iterable[Outgoing], now_s: float) -> None:
        """Set ``messages`` before everything else, whatever the bound."""
        self._waiting.extendleft(_Entry(out, now_s) for out in reversed(list(messages)))

    def next(self, now_s: float) -> Outgoing | None:
        """Return the message to send now, ``None`` when there is none or the window is full.

        Follow it by ``sent``.
        """
        while self._waiting and len(self._flying) < self._window:
            out = self._waiting[0].remaining(now_s)
            if out is not None:
                return out
            self._waiting.popleft()
            self.dropped += 1
        return None

    def sent(self, mid: int) -> None:
        """Note that the message of ``next`` is in flight as packet ``mid``."""
        self._flying[mid] = self._waiting.popleft()

    def flying(self, mid: int) -> Outgoing | None:
        """Return the message that is in flight as packet ``mid``."""
        entry = self._flying.get(mid)
        return entry.out if entry else None

    def acknowledged(self, mid: int) -> None:
        """Forget packet ``mid``."""
        self._flying.pop(mid, None)

    def disconnected(self) -> None:
        """Take everything in flight back, in order."""
        self._waiting.extendleft(reversed(self._flying.values()))
        self._flying.clear()
