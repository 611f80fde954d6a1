"""Who may read and write what: one matrix, from which gates, access files and their tests are made.

A role is what a connection, or a person behind one, is to the ward. Refused means not delivered
and not stored; a broker may still answer "granted" to a filter that it will never serve.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from broker import topics
from broker.channels import CHANNELS, Channel, Group, channel_of

Role = Literal["trainee", "instructor", "observer", "device", "runner", "station", "conductor", "dashboard"]
Action = Literal["read", "write"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)

# fmt: off
_MATRIX: Final[dict[Group, str]] = {
    #          trainee instructor observer device runner station conductor dashboard
    "device":   "r      r          r        w      rw     r       rw        r",
    "chart":    "r      r          r        -      rw     r       rw        r",
    "acts":     "rw     rw         r        -      r      r       r         rw",
    "people":   "r      r          r        -      r      r       r         rw",
    "watch":    "r      r          r        -      r      rw      rw        r",
    "clock":    "r      r          r        -      rw     r       rw        r",
    "parts":    "r      r          r        -      r      rw      rw        rw",
    "reply":    "r      r          -        -      -      w       -         r",
    "request":  "-      w          -        -      -      -       r         w",
    "answer":   "-      r          -        -      -      -       w         r",
    "truth":    "-      r          -        -      rw     r       rw        r",
    "note":     "-      rw         -        -      rw     r       rw        rw",
    "record":   "-      r          -        -      r      r       rw        r",
}
# fmt: on
"""Group of channels to what each role may. The conductor writes where it clears what a dead session
left retained; a runner reads the acts that change a body, and the parts it waits for."""

_RIGHTS: Final = {
    (role, group): frozenset(cell)
    for group, row in _MATRIX.items()
    for role, cell in zip(ROLES, row.split(), strict=True)
}
_LETTER: Final = {"read": "r", "write": "w"}
_COMMON: Final[dict[Group, str]] = {"parts": topics.ALL, "request": topics.ALL, "answer": topics.ALL}
"""The session that belongs to everybody, besides their own; ``live``, of the real sensors, by default."""


def may(
    role: Role,
    action: Action,
    topic: str,
    *,
    site: str,
    session: str | None = None,
    device: tuple[str, str] | None = None,
) -> bool:
    """Say whether ``role`` may read or write ``topic``; what is no topic of ours nobody may.

    ``site`` and ``session`` are those the person or device belongs to (no session: all of them);
    besides, the session ``live`` is everybody's, and ``all`` for requests. ``device`` is a device's
    own subject and name.
    """
    place = topics.parse(topic)
    if place is None or place.site != site:
        return False
    group = channel_of(place).group
    if _LETTER[action] not in _RIGHTS[role, group]:
        return False
    if role == "device":
        return device == (place.subject, place.device) and session in {None, place.session}
    return session is None or place.session in {session, _COMMON.get(group, topics.LIVE)}


@dataclass(frozen=True, slots=True)
class Grant:
    """What a user of the broker is: a role, and what it is bound to."""

    role: Role
    session: str | None = None
    device: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        names = (self.session, *(self.device or ()))
        if wrong := [name for name in names if name is not None and not topics.is_name(name)]:
            raise ValueError(f"not a name (a-z, 0-9 and -, at most 32): {wrong[0]!r}")
        if (self.role == "device") != (self.device is not None):
            raise ValueError("a device, and nobody else, is bound to a subject and a name")


def rules(grant: Grant, site: str) -> Iterator[tuple[str, str]]:
    """Yield (``read``, ``write`` or ``readwrite``, topic filter) for everything ``grant`` may."""
    for channel in CHANNELS:
        cell = rights(grant.role, channel.group)
        if not cell:
            continue
        access = "readwrite" if {"r", "w"} <= cell else "read" if "r" in cell else "write"
        for filter_ in dict.fromkeys(_filters(channel, grant, site)):
            yield access, filter_


def _filters(channel: Channel, grant: Grant, site: str) -> Iterator[str]:
    if grant.device is not None:
        subject, name = grant.device
        levels = {"site": site, "session": grant.session or "+", "subject": subject, "device": name}
        yield channel.filter(**levels)
    elif grant.session is None:
        yield channel.filter(site=site)
    else:
        for session in (grant.session, _COMMON.get(channel.group, topics.LIVE)):
            yield channel.filter(site=site, session=session)


def acl_file(users: Mapping[str, Grant], site: str) -> str:
    """Return Mosquitto's ``acl_file`` for ``users``; nobody else may anything."""
    return "\n".join(_lines(users, site)) + "\n"


def _lines(users: Mapping[str, Grant], site: str) -> Iterator[str]:
    yield "# Made by Teleward from the matrix in broker/security.py; changes here will be lost."
    for user, grant in users.items():
        if not user or user != user.strip() or any(c in user for c in "\r\n\0:"):
            raise ValueError(f"not a user name: {user!r}")
        yield f"\nuser {user}"
        yield from (f"topic {access} {filter_}" for access, filter_ in rules(grant, site))


def rights(role: Role, group: Group) -> frozenset[str]:
    """Return what ``role`` may in ``group``: ``r``, ``w``, both or neither."""
    return _RIGHTS[role, group] - {"-"}
