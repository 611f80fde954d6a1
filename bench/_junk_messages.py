"""Random and mutated messages, valid and not, on topics that a station hears."""

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any, Final

from bench._junk_judge import UNHEARD
from broker.channels import CHANNELS, Channel
from broker.examples import BODIES
from vitals.catalogue import VITAL_SIGNS, WAVEFORMS

HEARD: Final = [channel for channel in CHANNELS if channel.group not in UNHEARD]
SESSIONS: Final = ("live", "s-1", "s-2", "s-aa00bb", "x")
BEDS: Final = tuple(f"bed{n:02}" for n in range(1, 41))
DEVICES: Final = ("patch", "oximeter", "cuff", "my-sensor", "0")
ODD_NAMES: Final = (
    "",
    "Bed01",
    "bed 1",
    "bed_1",
    "ü",
    "_watch",
    "_chart",
    "$x",
    "b" * 33,
    "null",
    "🫀",
    "..",
)
ODD: Final[tuple[Any, ...]] = (
    None, True, False, 0, 1, -1, 1.0, 0.1, -0.0, 2**31, 2**32, 2**53, 2**63, 2**64, 10**30, 1e308, -1e-308,
    "", "Vld", "/min", "x" * 300, "\u0000", "é", [], {}, [[]], [1], {"v": 1}, {"": None}, "A", 5e-324,
)  # fmt: skip
ODD_TEXT: Final = (
    b"NaN", b"Infinity", b"-Infinity", b"1e999", b"0x10", b"01", b"+1", b".5", b"1.", b"'x'", b"\xff\xfe",
    b"\xef\xbb\xbf", b"//", b"{}", b"[", b'"\\ud800"', b"\\", b"\x00", b"tru", b"1e5", b"1E0", b",",
)  # fmt: skip

Message = tuple[str, bytes]


def messages(seed: int, count: int) -> Iterator[Message]:
    """Yield ``count`` messages as (topic, payload); the same for the same seed."""
    random = Random(seed)
    for number in range(count):
        channel = random.choice(HEARD)
        topic, body = _topic(random, channel), _body(random, channel, number)
        kind = random.random()
        if kind < 0.35:
            yield topic, _text(body)
        elif kind < 0.70:
            for _ in range(random.choice((1, 1, 1, 2, 5))):
                body = _changed(random, body)
            yield topic, _text(body)
        elif kind < 0.85:
            yield topic, _damaged(random, _text(body))
        elif kind < 0.95:
            yield _odd_topic(random, topic), _text(body)
        else:
            yield topic, _noise(random)


def _topic(random: Random, channel: Channel) -> str:
    return channel.topic(
        site="home",
        session=random.choice(SESSIONS),
        subject=random.choice(BEDS),
        device=random.choice(DEVICES),
        metric=random.choice(list(WAVEFORMS)),
        id=random.choice(("hr-high", "spo2-low", "p-1", "p-2")),
    )


def _body(random: Random, channel: Channel, number: int) -> Any:  # noqa: ANN401 -- any JSON
    body = copy.deepcopy(BODIES[channel.name])
    if channel.name == "num":
        body["m"] = dict(_reading(random) for _ in range(random.randint(1, 4)))
        body |= {"boot": "a1", "seq": number, "t": 1_767_258_000_000 + number}
    elif channel.name == "wave":
        body["u"] = random.choice(("mV", "1", "mm[Hg]"))
        body["d"] = [random.randint(-3000, 3000) for _ in range(random.choice((1, 10, 50)))]
        body |= {"seq": number}
    elif "id" in body and channel.group == "acts":
        body["id"] = f"a-{number}"
    return body


def _reading(random: Random) -> tuple[str, dict[str, Any]]:
    key = random.choice(list(VITAL_SIGNS))
    sign = VITAL_SIGNS[key]
    value = random.uniform(sign.lowest, sign.highest) * random.choice((1, 1, 1, 1, 1.5))
    return key, {"v": random.choice((value, value, value, None)), "u": sign.unit}


def _text(body: Any) -> bytes:  # noqa: ANN401 -- any JSON
    return json.dumps(body, ensure_ascii=False).encode()


def _places(node: Any, parent: Any = None, key: Any = None) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401
    if parent is not None:
        yield parent, key
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for k, child in list(children):
        yield from _places(child, node, k)


def _changed(random: Random, body: Any) -> Any:  # noqa: ANN401 -- any JSON
    """Return ``body`` with one of its places replaced, removed, added or renamed."""
    places = list(_places(body))
    if not places:
        return random.choice(ODD)
    parent, key = random.choice(places)
    match random.randrange(4):
        case 0:
            parent[key] = copy.deepcopy(random.choice(ODD))
        case 1:
            del parent[key]
        case 2 if isinstance(parent, dict):
            parent[random.choice(("v", "u", "t", "seq", "hr", "unknown", "m"))] = copy.deepcopy(
                random.choice(ODD)
            )
        case _ if isinstance(parent, dict):
            parent[f"{key}x"] = parent.pop(key)
        case _:
            parent.append(copy.deepcopy(random.choice(ODD)))
    return body


def _damaged(random: Random, text: bytes) -> bytes:
    """Return ``text`` with some bytes changed, lost, added or cut off."""
    damaged, at = bytearray(text), random.randrange(len(text))
    match random.randrange(5):
        case 0:
            damaged[at] = random.randrange(256)
        case 1:
            del damaged[at : at + random.randint(1, 8)]
        case 2:
            damaged[at:at] = random.choice(ODD_TEXT)
        case 3:
            del damaged[at:]
        case _:
            damaged[at : at + 3] = random.choice(ODD_TEXT)
    return bytes(damaged)


def _odd_topic(random: Random, topic: str) -> str:
    """Return ``topic`` with an odd name in one of the places that the station hears any name in."""
    levels = topic.split("/")
    places = [i for i, level in enumerate(levels[3:], 3) if level in {*SESSIONS, *BEDS, *DEVICES, *WAVEFORMS}]
    levels[random.choice(places or [3])] = random.choice(ODD_NAMES)
    return "/".join(levels)


def _noise(random: Random) -> bytes:
    match random.randrange(4):
        case 0:
            return b""
        case 1:
            return random.randbytes(random.randint(1, 400))
        case 2:
            return b"[" * random.randint(1, 5000)
        case _:
            return _text(random.choice(ODD))
