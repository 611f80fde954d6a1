"""Checks of the broker, and of the parts that say there that they are there."""

import asyncio
import contextlib
import secrets
from typing import Final

from broker import messages as m
from broker import topics
from broker.address import Address
from broker.client import Link
from broker.codec import Accepted, decode
from teleward.doctor import ports
from teleward.doctor.finding import Finding, good, note, wrong
from teleward.doctor.greeting import NAMES, Greeting, Version, greet

LISTEN_S: Final = 3.0
"""Retained words come at once; a broker that has none of a part is given so long."""
PARTS: Final = {
    "station": "nothing is stored, scored or alarmed: start `teleward station`, see its log",
    "simulate": "no session plays and none can be started: start `teleward simulate`, see its log",
}


async def broker(address: Address) -> Finding:
    """Check that the broker answers, speaks MQTT 5 and lets us in."""
    greeting = await greet(address, 5)
    if greeting.kind == "in":
        who = f"as {address.user}" if address.user else "without a password"
        return good("broker", f"MQTT 5 at {_place(address)}, {who}")
    return _wrong("broker", address, 5, greeting)


async def sensors(address: Address) -> Finding:
    """Check that sensors which speak MQTT 3.1.1 get in, too."""
    greeting = await greet(address, 4)
    if greeting.kind == "in":
        return good("sensors", f"MQTT 3.1.1 at {_place(address)}")
    if greeting.kind == "certificate" and address.tls and address.tls.ca_certs is None:
        what = f"{_place(address)} answers with a certificate that is not known here"
        return note("sensors", what, "name its authority in TELEWARD_MQTT_CA to have it checked")
    return _wrong("sensors", address, 4, greeting)


def _wrong(check: str, address: Address, version: Version, greeting: Greeting) -> Finding:
    what = f"{_place(address)}: {greeting.reason}"
    return wrong(check, what, _todo(address, version, greeting))


def _todo(address: Address, version: Version, greeting: Greeting) -> str:
    match greeting.kind:
        case "unreachable":
            return "start the ward (teleward up), or say where the broker is: --broker mqtt://host:port"
        case "certificate":
            return (
                "TELEWARD_MQTT_CA must name the certificate of who signed the broker's, which must be valid"
                f" and made out to {address.host} (docs/how-to/secure.md); or the broker speaks no TLS"
            )
        case "version":
            return f"use a broker that speaks {NAMES[version]}: the embedded one or Mosquitto 2"
        case "login":
            given = "are wrong" if address.user else "are missing"
            return (
                f"TELEWARD_MQTT_USER and TELEWARD_MQTT_PASSWORD_FILE, or TELEWARD_MQTT_FOLDER, {given}"
                " (docs/how-to/secure.md)"
            )
        case "no broker":
            who = ports.holder(address.port)
            there = f" ({who} listens there)" if who else ""
            tls = "" if address.tls else ", or it wants TLS: mqtts://"
            return f"that is no MQTT broker{there}: give the right --broker{tls}"
    return "see the broker's log"


def _place(address: Address) -> str:
    return f"{address.host}:{address.port}"


async def parts(address: Address, site: str, wait_s: float = LISTEN_S) -> list[Finding]:
    """Check that each part says that it is there."""
    said = await _said(address, site, wait_s)
    return [_part(name, said.get(name), missing) for name, missing in PARTS.items()]


def _part(name: str, state: str | None, todo: str) -> Finding:
    if state == "online":
        return good(name, "says that it is there")
    return wrong(name, "has gone" if state else "has never been here, or not at this site", todo)


async def _said(address: Address, site: str, wait_s: float) -> dict[str, str]:
    """Return what each part said last."""
    said: dict[str, str] = {}
    name = f"doctor-{secrets.token_hex(4)}"
    async with Link(address, name, subscriptions=[(topics.part(site, "+"), 1)]) as link:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait_s):
                async for message in link.messages():
                    got = decode(message.topic, message.payload)
                    if isinstance(got, Accepted) and isinstance(got.message, m.Status):
                        said[got.topic.name] = got.message.state
                    if all(said.get(part) == "online" for part in PARTS):
                        break
    return said
