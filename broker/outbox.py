"""What is promised and not yet acknowledged: a bounded queue that keeps order over reconnections."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace

from broker.packets import Outgoing


@dataclass(slots=True)
class _Entry:
    out: Outgoing
    since_s: float
    delivered: bool = False

    def remaining(self, now_s: float) -> Outgoing | None:
        """Return the message with the expiry it has left, ``None`` when that is over."""
        if self.out.expiry_s is None:
            return self.out
        left = self.out.expiry_s - int(now_s - self.since_s)
        return replace(self.out, expiry_s=left) if left > 0 else None


class Outbox:
    """QoS 1 messages until their acknowledgement, at most ``bound`` of them.

    Retained messages have a line of their own, before the others; ``held`` keeps those others back.
    Each line keeps its order. ``dropped`` counts what was given up: the oldest at overflow, and what
    expired before it could be sent. At most half the bound is in flight at once, so that overflow
    never takes a message that the broker may be about to acknowledge.

    An acknowledgement is the broker's, not the receiver's: a broker that dies takes along what it
    acknowledged and had not delivered. So what was acknowledged in the last ``again_s`` seconds
    before a disconnection is sent again, and while ``kept`` is set (there is no receiver) nothing of it
    is forgotten. Receivers know a repetition by its identity.
    """

    def __init__(self, bound: int, again_s: float = 0.0) -> None:
        self.dropped = 0
        self.held = self.kept = False
        self._bound = max(2, bound)
        self._window = self._bound // 2
        self._again_s = again_s
        self._retained: deque[_Entry] = deque()
        self._others: deque[_Entry] = deque()
        self._flying: dict[int, _Entry] = {}
        self._recent: deque[tuple[float, _Entry]] = deque()

    def __len__(self) -> int:
        """Return how many messages are not acknowledged."""
        return len(self._retained) + len(self._others) + len(self._flying)

    def __contains__(self, mid: int) -> bool:
        """Say whether packet id ``mid`` is in flight."""
        return mid in self._flying

    def limit(self, receive_maximum: int) -> None:
        """Never have more in flight than the broker takes."""
        self._window = max(1, min(self._bound // 2, receive_maximum))

    def retained_topics(self) -> set[str]:
        """Return the topics of the retained messages in here."""
        return {e.out.topic for e in (*self._flying.values(), *self._retained) if e.out.retain}

    def add(self, out: Outgoing, now_s: float) -> None:
        """Take ``out``; at overflow the oldest that waits goes, retained ones last."""
        self._line(out).append(_Entry(out, now_s))
        if len(self) > self._bound:
            self._give_up(self._others or self._retained)

    def put_before(self, messages: Iterable[Outgoing], now_s: float) -> None:
        """Set ``messages`` before everything else in their lines, whatever the bound."""
        for out in reversed(list(messages)):
            self._line(out).appendleft(_Entry(out, now_s))

    def next(self, now_s: float, mid: int) -> Outgoing | None:
        """Return the message to send now as packet ``mid``, ``None`` when there is none."""
        for line in (self._retained,) if self.held else (self._retained, self._others):
            while line and len(self._flying) < self._window:
                out = line[0].remaining(now_s)
                if out is not None:
                    self._flying[mid] = line.popleft()
                    return out
                self._give_up(line)
        return None

    def flying(self, mid: int) -> Outgoing | None:
        """Return the message that is in flight as packet ``mid``."""
        entry = self._flying.get(mid)
        return entry.out if entry else None

    def acknowledged(self, mid: int, now_s: float) -> None:
        """Take packet ``mid`` for delivered."""
        entry = self._flying.pop(mid, None)
        if entry is not None and self._again_s:
            entry.delivered = True
            self._recent.append((now_s, entry))
            self._forget(now_s)

    def disconnected(self, now_s: float) -> None:
        """Take back, in order, what was delivered just now and everything in flight."""
        self._take_back(self._flying.values())
        self._flying.clear()
        self.repeat(now_s)

    def repeat(self, now_s: float) -> None:
        """Send again, before everything else, what was delivered just now."""
        self._forget(now_s)
        self._take_back([entry for _, entry in self._recent])
        self._recent.clear()

    def _take_back(self, entries: Iterable[_Entry]) -> None:
        for entry in reversed(list(entries)):
            self._line(entry.out).appendleft(entry)

    def _line(self, out: Outgoing) -> deque[_Entry]:
        return self._retained if out.retain else self._others

    def _give_up(self, line: deque[_Entry]) -> None:
        self.dropped += not line.popleft().delivered

    def _forget(self, now_s: float) -> None:
        oldest = float("-inf") if self.kept else now_s - self._again_s
        while self._recent and (self._recent[0][0] < oldest or len(self._recent) > self._bound):
            self._recent.popleft()
