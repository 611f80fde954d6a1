"""Where messages go: a broker, or memory for headless runs and tests."""

from dataclasses import dataclass, field
from typing import Protocol

from broker.client import Outgoing


class Bus(Protocol):
    """Takes messages; never blocks and never raises."""

    def publish(self, sender: str, out: Outgoing) -> None:
        """Send ``out`` in the name of ``sender``, the connection a real device would have."""


@dataclass(slots=True)
class MemoryBus:
    """Keeps every message in order, as (sender, message)."""

    sent: list[tuple[str, Outgoing]] = field(default_factory=list)

    def publish(self, sender: str, out: Outgoing) -> None:
        """Keep ``out``."""
        self.sent.append((sender, out))

    def payloads(self, topic: str) -> list[bytes]:
        """Return what was sent on ``topic``, in order."""
        return [out.payload for _, out in self.sent if out.topic == topic]
