"""The matrix of roles, as a function and as a real Mosquitto enforces it."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker import mosquitto as mosquitto_folder
from broker import topics
from broker.channels import CHANNELS
from broker.client import Address, Incoming, Link, Outgoing
from broker.security import ROLES, Action, Grant, Role, acl_file, may, rules
from tests.broker.linked import until
from tests.broker.secured import SITE, Running, serving
from tests.patience import PATIENCE_S

OWN, OTHER = "s-1", "s-2"
DEVICE = ("bed09", "my-oximeter")
GRANTS = {
    role: Grant(
        role,
        session=topics.LIVE if role == "device" else OWN if role in {"trainee", "observer"} else None,
        device=DEVICE if role == "device" else None,
    )
    for role in ROLES
}
PROBES = sorted(
    {
        channel.topic(**levels)
        for channel in CHANNELS
        for levels in (
            {"session": OWN},
            {"session": OTHER},
            {"session": topics.ALL},
            {},
            {"site": "away"},
            {"device": "other"},
            {"subject": "bed10"},
        )
    }
)


def allowed(role: Role, action: Action, site: str = SITE) -> set[str]:
    """Give the probes that ``role`` may read or write."""
    grant = GRANTS[role]
    return {
        topic
        for topic in PROBES
        if may(role, action, topic, site=site, session=grant.session, device=grant.device)
    }


def test_truth_is_for_the_instructor_and_the_machinery() -> None:
    """No trainee, observer or device comes near the truth, in any session."""
    truth = {topic for topic in PROBES if topic.startswith((topics.TRUTH, topics.CONTROL))}
    assert truth
    for role in ("trainee", "observer", "device"):
        assert not truth & (allowed(role, "read") | allowed(role, "write"))


def test_a_trainee_writes_acts_and_nothing_else() -> None:
    """Flags, calls, notes, treatments and acknowledgements, in their own session and the live one."""
    written = {topics.parse(topic) for topic in allowed("trainee", "write")}
    assert {place.kind for place in written if place} == {"flag", "escalation", "note", "intervention", "ack"}
    assert {place.session for place in written if place} == {OWN, topics.LIVE}


def test_a_device_says_what_it_measures_and_reads_nothing() -> None:
    """Status, meta, num, evt and waves of its own place."""
    written = {topics.parse(topic) for topic in allowed("device", "write")}
    assert {place.kind for place in written if place} == {*topics.DEVICE_KINDS, "wave"}
    assert {(place.session, place.subject, place.device) for place in written if place} == {
        (topics.LIVE, *DEVICE)
    }
    assert not allowed("device", "read")


def test_another_site_is_nobodys() -> None:
    """Whoever belongs to one site has no rights at another."""
    away = {topic for topic in PROBES if topics.parse(topic).site == "away"}  # type: ignore[union-attr]
    for role in ROLES:
        assert not away & (allowed(role, "read") | allowed(role, "write"))


@given(st.text(), st.sampled_from(ROLES), st.sampled_from(["read", "write"]))
def test_what_is_no_topic_nobody_may(topic: str, role: Role, action: Action) -> None:
    """Filters, foreign topics and nonsense are refused."""
    for each in (topic, f"rpm/v1/home/{topic}", "rpm/v1/home/+/+/+/num", "#"):
        if topics.parse(each) is None:
            assert not may(role, action, each, site=SITE)


def matches(filter_: str, topic: str) -> bool:
    """Say whether an MQTT filter with ``+`` only matches ``topic``."""
    parts, levels = filter_.split("/"), topic.split("/")
    return len(parts) == len(levels) and all(
        part in {"+", level} for part, level in zip(parts, levels, strict=True)
    )


@pytest.mark.parametrize("role", ROLES)
def test_the_rules_say_what_the_function_says(role: Role) -> None:
    """Each probe is allowed by the access file exactly when ``may`` allows it."""
    given_ = list(rules(GRANTS[role], SITE))
    for action in ("read", "write"):
        ruled = {
            topic
            for topic in PROBES
            if any(access in {action, "readwrite"} and matches(filter_, topic) for access, filter_ in given_)
        }
        assert ruled == allowed(role, action)


@pytest.mark.parametrize("name", ["", "a\nuser b", " a", "a:b"])
def test_a_name_cannot_smuggle_rules_in(name: str) -> None:
    """A user's name is one line without a colon."""
    with pytest.raises(ValueError, match="user name"):
        acl_file({name: Grant("observer")}, SITE)


@pytest.mark.parametrize("level", ["+", "#", "a/b", "a\nb", ""])
def test_a_binding_cannot_be_a_wildcard(level: str) -> None:
    """A device or a session is bound to one name."""
    with pytest.raises(ValueError, match="not a name"):
        Grant("device", device=(level, "x"))
    with pytest.raises(ValueError, match="not a name"):
        Grant("observer", session=level)


# --- on a real Mosquitto -------------------------------------------------------------------------


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[dict[str, Address]]:
    """Give each role's address at a secured broker, and a witness's who may all."""
    with serving(tmp_path / "broker") as running:
        grants = {str(role): grant for role, grant in GRANTS.items()}
        grants["witness"] = Grant("observer")
        addresses = {name: _admitted(running, name, grant) for name, grant in grants.items()}
        with (running.folder / "acl").open("a") as file:
            file.write("\nuser witness\ntopic readwrite #\n")
            file.writelines(f"\nuser {role}\ntopic read end\n" for role in ROLES)
        running.reload()
        yield addresses


def _admitted(running: Running, name: str, grant: Grant) -> Address:
    known = name in mosquitto_folder.SERVICES
    password = (
        running.password(name) if known else mosquitto_folder.add_user(running.folder, SITE, name, grant)
    )
    return Address("127.0.0.1", running.port, name, password)


@asynccontextmanager
async def linked(address: Address, name: str, *filters: str) -> AsyncIterator[Link]:
    """Give a connected link."""
    async with Link(address, name, subscriptions=[(f, 1) for f in filters], outbox=10_000) as link:
        await link.wait_connected(PATIENCE_S)
        yield link


async def until_end(link: Link) -> list[Incoming]:
    """Return what came before the witness's last word."""
    got = []
    async with asyncio.timeout(PATIENCE_S):
        async for message in link.messages():
            if message.topic == "end":
                break
            got.append(message)
    return got


@pytest.mark.slow
@pytest.mark.mosquitto
@pytest.mark.parametrize("role", ROLES)
async def test_mosquitto_lets_each_role_write_what_the_matrix_says(
    ward: dict[str, Address], role: Role
) -> None:
    """What a role may not write is not delivered to a second client, and counted by the first."""
    async with linked(ward["witness"], "witness", "#") as witness, linked(ward[role], "user") as user:
        for topic in PROBES:
            user.send(Outgoing(topic, b"x", 1))
        async with asyncio.timeout(PATIENCE_S):
            while user.unacknowledged:
                await asyncio.sleep(0.005)
        witness.send(Outgoing("end", b"", 1))
        got = await until_end(witness)
    assert {message.topic for message in got} == allowed(role, "write")
    assert user.refused == len(PROBES) - len(got)


@pytest.mark.slow
@pytest.mark.mosquitto
@pytest.mark.parametrize("role", ROLES)
async def test_mosquitto_lets_each_role_read_what_the_matrix_says(
    ward: dict[str, Address], role: Role
) -> None:
    """However widely a role subscribes, it gets what it may read."""
    async with (
        linked(ward[role], "user", "#", "rpm/#", "rpm-truth/#", "rpm-ctl/#", "end") as user,
        linked(ward["witness"], "witness") as witness,
    ):
        for topic in (*PROBES, "end"):
            witness.send(Outgoing(topic, b"x", 1))
        got = await until_end(user)
    assert {message.topic for message in got} == allowed(role, "read")


@pytest.mark.slow
@pytest.mark.mosquitto
async def test_without_the_right_password_nobody_comes_in(ward: dict[str, Address]) -> None:
    """A wrong password, and none, are refused by name."""
    for address in (
        replace(ward["station"], password="wrong"),  # noqa: S106 -- wrong on purpose
        replace(ward["station"], user=None, password=None),
    ):
        async with Link(address, "nobody") as link:
            await until(lambda: link.error)
            with pytest.raises(TimeoutError, match=r"(?i)not authorized"):
                await link.wait_connected(0)
