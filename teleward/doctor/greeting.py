"""Greeting a broker: one CONNECT, one CONNACK, and what the answer means.

By hand, since a client library tells a program that is no broker, a broker of another version and a
wrong password apart only by words.
"""

import asyncio
import contextlib
import os
import ssl
from dataclasses import dataclass
from typing import Final, Literal

from broker.address import Address
from broker.packets import packet

Version = Literal[4, 5]
"""4 is MQTT 3.1.1, 5 is MQTT 5."""
NAMES: Final[dict[Version, str]] = {4: "MQTT 3.1.1", 5: "MQTT 5"}
PATIENCE_S: Final = 5.0
_CONNACK, _DISCONNECT = 0x20, b"\xe0\x00"
_CLEAN, _PASSWORD, _USER = 0x02, 0x40, 0x80
_VERSION_REFUSED: Final = {0x01, 0x84}
_LOGIN_REFUSED: Final = {0x04, 0x05, 0x86, 0x87}


@dataclass(frozen=True, slots=True)
class Greeting:
    """How a broker answered: ``reason`` is empty where it let us in."""

    kind: Literal["in", "unreachable", "certificate", "no broker", "version", "login", "refused"]
    reason: str = ""


async def greet(address: Address, version: Version, patience_s: float = PATIENCE_S) -> Greeting:
    """Connect once as a client without a name, and say how that went. Never raises."""
    try:
        async with asyncio.timeout(patience_s):
            return await _greeted(address, version)
    except ssl.SSLCertVerificationError as error:
        return Greeting("certificate", error.verify_message)
    except ssl.SSLError as error:
        return Greeting("certificate", error.reason or str(error))
    except TimeoutError:
        return Greeting("unreachable", f"no answer within {patience_s:g} s")
    except OSError as error:
        return Greeting("unreachable", _reason(error))


def _reason(error: OSError) -> str:
    """Return the system's words, which asyncio hides; a name that is not found has its own."""
    if error.errno is not None and error.errno > 0:
        return os.strerror(error.errno)
    return error.strerror or str(error)


async def _greeted(address: Address, version: Version) -> Greeting:
    secure = _tls(address)
    reader, writer = await asyncio.open_connection(address.host, address.port, ssl=secure)
    try:
        writer.write(connect(version, address.user, address.password))
        first = await reader.read(1)
        if not first:
            return Greeting("no broker", "it closed the connection without an answer")
        if first[0] != _CONNACK:
            return Greeting("no broker", f"it answers {first + await reader.read(20)!r}")
        (length,) = await reader.readexactly(1)
        answer = await reader.readexactly(length)
        writer.write(_DISCONNECT)
        return _meaning(answer[1] if len(answer) > 1 else 0xFF)
    except asyncio.IncompleteReadError:
        return Greeting("no broker", "it broke off in the middle of its answer")
    except ConnectionError:
        return Greeting("no broker", "it closed the connection")
    finally:
        writer.close()
        with contextlib.suppress(OSError, ssl.SSLError):
            await writer.wait_closed()


def _tls(address: Address) -> ssl.SSLContext | None:
    if address.tls is None:
        return None
    return ssl.create_default_context(cafile=address.tls.ca_certs)


def _meaning(code: int) -> Greeting:
    if code == 0:
        return Greeting("in")
    if code in _VERSION_REFUSED:
        return Greeting("version", "it does not speak this version")
    if code in _LOGIN_REFUSED:
        return Greeting("login", "it refuses user or password")
    return Greeting("refused", f"it refuses with code 0x{code:02x}")


def connect(version: Version, user: str | None, password: str | None) -> bytes:
    """Return a CONNECT packet: clean, without a client's name."""
    flags = _CLEAN | (_USER if user is not None else 0) | (_PASSWORD if password is not None else 0)
    properties = b"\x00" if version == 5 else b""  # noqa: PLR2004 -- MQTT 5 alone has them
    fields = [b"", *(text.encode() for text in (user, password) if text is not None)]
    payload = b"".join(len(text).to_bytes(2, "big") + text for text in fields)
    return packet(0x10, b"\x00\x04MQTT" + bytes((version, flags)) + b"\x00\x0f" + properties + payload)
