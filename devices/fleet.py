"""A ward's devices on a broker: a connection for each wearable, or gateways for a whole fleet."""

import asyncio
from collections.abc import Iterable
from contextlib import AsyncExitStack
from typing import Final, Self

from broker import messages as m
from broker import topics
from broker.client import Address, Link
from broker.clock import Clock
from broker.codec import encode
from broker.packets import Outgoing
from devices.ward import Ward

OUTBOX: Final = 4000
"""Numerics a wearable keeps for a broker that is away: over an hour's worth."""
GATEWAY_OUTBOX: Final = 100_000
AGAIN_S: Final = 15.0
"""Numerics of so many seconds are said again to a broker that comes back: one that was killed took
along what it had acknowledged and not delivered. That is also the backlog of a station that was
away, or waited for its store (10 s). The store knows a repetition by boot and seq."""


class Fleet:
    """A ``Bus`` whose senders are real MQTT clients, each with its last will.

    ``publish`` takes a sender ``bed.device`` (as in ``Emission.sender``); any other sender speaks
    through one more connection, the session's own. A wearable's last will, published in its name,
    is not sent: its connection is cut, so that the broker says it.
    """

    def __init__(
        self, address: Address, site: str, session: str, ward: Ward, *, clock: Clock | None = None
    ) -> None:
        self._address, self._site, self._session, self._clock = address, site, session, clock
        self._stack = AsyncExitStack()
        self._own = self._link("runner", None, GATEWAY_OUTBOX)
        self._links: dict[str, Link] = {}
        self._wills: dict[str, Outgoing] = {}
        self._gateways: dict[str, Link] = {}
        for bed, device, via in ward.devices():
            sender = f"{ward.beds[bed].bed}.{device}"
            if via is None:
                will = self._wills[sender] = ward.will(bed, device)
                name = f"{ward.beds[bed].bed}-{device}"
                self._links[sender] = self._link(name, will, OUTBOX)
            else:
                self._links[sender] = self._gateway(via)

    def _link(self, name: str, will: Outgoing | None, outbox: int) -> Link:
        client = f"{self._site}-{self._session}-{name}"
        return Link(
            self._address,
            client,
            will=will,
            outbox=outbox,
            until_heard=topics.part(self._site, "station"),
            again_s=AGAIN_S,
            clock=self._clock,
        )

    def _gateway(self, name: str) -> Link:
        link = self._gateways.get(name)
        if link is None:
            link = self._link(name, self._gateway_status(name, "offline"), GATEWAY_OUTBOX)
            self._gateways[name] = link
        return link

    def _gateway_status(self, name: str, state: str) -> Outgoing:
        status = m.Status(v=1, state="online" if state == "online" else "offline")
        topic = topics.device(self._site, self._session, name, name, "status")
        return Outgoing(topic, encode(status), qos=1, retain=True)

    def _introduce_gateways(self) -> None:
        for name, link in self._gateways.items():
            link.send(self._gateway_status(name, "online"))
            meta = m.DeviceMeta(
                v=1, device=m.DeviceInfo(model="sim-gateway", kind="gateway", label=name), mode="Demo"
            )
            topic = topics.device(self._site, self._session, name, name, "meta")
            link.send(Outgoing(topic, encode(meta), qos=1, retain=True))

    def _all(self) -> Iterable[Link]:
        return {id(link): link for link in (self._own, *self._links.values())}.values()

    async def __aenter__(self) -> Self:
        """Connect everybody; a broker that is away is tried again."""
        for link in self._all():
            await self._stack.enter_async_context(link)
        self._introduce_gateways()
        return self

    async def __aexit__(self, *exception: object) -> None:
        """Wait shortly for what is promised, then disconnect everybody at once."""
        await asyncio.gather(*(link.__aexit__(*exception) for link in self._all()))
        self._stack.pop_all()

    async def wait_connected(self, timeout_s: float) -> None:
        """Wait until everybody is connected; raise ``TimeoutError`` with the reason."""
        await asyncio.gather(*(link.wait_connected(timeout_s) for link in self._all()))

    def publish(self, sender: str, out: Outgoing) -> None:
        """Send ``out`` through the connection of ``sender``."""
        link = self._links.get(sender, self._own)
        if out == self._wills.get(sender):
            link.vanish()
            return
        if out.retain:
            link.come_back()
        link.send(out)

    @property
    def dropped(self) -> int:
        """How many messages were given up."""
        return sum(link.dropped for link in self._all())

    @property
    def unacknowledged(self) -> int:
        """How many promised messages the broker has not acknowledged."""
        return sum(link.unacknowledged for link in self._all())

    @property
    def connected(self) -> int:
        """How many connections there are now."""
        return sum(link.connected for link in self._all())

    @property
    def connections(self) -> int:
        """How many connections there should be."""
        return len(list(self._all()))
