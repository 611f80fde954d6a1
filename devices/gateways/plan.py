"""Who speaks through whom: each wearable by itself on a ward, through gateways in a fleet."""

from typing import Final

OWN_CONNECTIONS: Final = 64
"""Up to so many beds every wearable has a connection, and a last will, of its own."""
BEDS_PER_GATEWAY: Final = 64


def gateway_of(bed: int, beds: int) -> str | None:
    """Return the gateway of bed number ``bed`` among ``beds``, ``None`` on a ward small enough."""
    if beds <= OWN_CONNECTIONS:
        return None
    return f"gateway-{bed // BEDS_PER_GATEWAY + 1:03d}"
