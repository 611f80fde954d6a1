"""What came and nobody took yet."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from broker.packets import Incoming


class Inbox:
    """Messages in the order they came; at most ``bound`` of them, QoS 1 beyond that all the same.

    ``received`` counts what came, ``overrun`` the QoS 0 messages among it that found it full.
    """

    def __init__(self, bound: int) -> None:
        self.received = self.overrun = 0
        self._bound = bound
        self._messages: deque[Incoming] = deque()
        self._arrived = asyncio.Event()
        self._closed = False

    def __len__(self) -> int:
        """Return how many messages wait to be taken."""
        return len(self._messages)

    def put(self, message: Incoming) -> None:
        """Take ``message`` in."""
        self.received += 1
        if len(self._messages) < self._bound or message.qos:
            self._messages.append(message)
            self._arrived.set()
        else:
            self.overrun += 1

    def close(self) -> None:
        """End the reader's loop once it has taken everything."""
        self._closed = True
        self._arrived.set()

    async def read(self) -> AsyncIterator[Incoming]:
        """Yield what comes until the end; one reader at a time."""
        while True:
            while self._messages:
                yield self._messages.popleft()
            if self._closed:
                return
            self._arrived.clear()
            await self._arrived.wait()
