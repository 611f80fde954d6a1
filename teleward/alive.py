"""Whether a part says at the broker that it is there: the health check of a container."""

import asyncio
import contextlib
import secrets

from broker import messages as m
from broker import topics
from broker.client import Address, Link
from broker.codec import Accepted, decode

PARTS = ("station", "simulate")
WAIT_S = 8.0


async def trouble(address: Address, site: str, part: str | None, wait_s: float = WAIT_S) -> str | None:
    """Return what is wrong with ``part``, or with the broker where none is named; ``None`` if nothing is."""
    wanted = [] if part is None else [(topics.part(site, part), 1)]
    async with Link(address, f"alive-{secrets.token_hex(4)}", subscriptions=wanted) as link:
        try:
            await link.wait_connected(wait_s)
        except TimeoutError as error:
            return str(error)
        if part is None:
            return None
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                async for message in link.messages():
                    got = decode(message.topic, message.payload)
                    if isinstance(got, Accepted) and isinstance(got.message, m.Status):
                        return None if got.message.state == "online" else f"{part} is {got.message.state}"
    return f"{part} has not been seen"
