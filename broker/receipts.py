"""Acknowledgements of received messages, in the order in which the messages came."""

from collections import deque


class Receipts:
    """What one connection still has to acknowledge, when its reader does so at its own pace.

    MQTT 5 [MQTT-4.6.0-2] wants PUBACKs in the order of their messages, and the embedded broker ends a
    connection that sends them otherwise; but a word heard for the link itself is done with long before
    what came ahead of it is stored.
    """

    def __init__(self) -> None:
        self._owed: deque[int] = deque()
        self._done: set[int] = set()

    def received(self, mid: int) -> None:
        """Owe an acknowledgement of packet id ``mid``."""
        self._owed.append(mid)

    def done(self, mid: int) -> list[int]:
        """Return the packet ids to acknowledge now that ``mid`` is done with: none before an older one."""
        self._done.add(mid)
        ready = []
        while self._owed and self._owed[0] in self._done:
            self._done.remove(self._owed[0])
            ready.append(self._owed.popleft())
        return ready
