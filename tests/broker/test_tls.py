"""A Mosquitto on the network: certificates and passwords, right and wrong, and what the error says."""

import asyncio
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from broker import mosquitto, topics
from broker.client import Address, Link, Outgoing
from broker.security import Grant
from tests.broker.linked import until
from tests.broker.secured import SITE, Authority, Running, serving
from tests.patience import PATIENCE_S

pytestmark = [pytest.mark.slow, pytest.mark.mosquitto]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Give an authority that the ward trusts."""
    return Authority(tmp_path_factory.mktemp("tls") / "ours", "The ward")


def address(running: Running, authority: Authority, user: str = "station") -> Address:
    """Give the address as a part of Teleward reads it."""
    environ = {
        "TELEWARD_MQTT_USER": user,
        "TELEWARD_MQTT_PASSWORD_FILE": str(running.folder / "secrets" / user),
        "TELEWARD_MQTT_CA": str(authority.certificate),
    }
    return Address.parse(f"mqtts://127.0.0.1:{running.port}", environ)


async def trouble(where: Address) -> str:
    """Return why there is no connection."""
    async with Link(where, "x") as link:
        await until(lambda: link.error)
        with pytest.raises(TimeoutError) as raised:
            await link.wait_connected(0)
    return str(raised.value)


@asynccontextmanager
async def linked(where: Address, name: str, *filters: str) -> AsyncIterator[Link]:
    """Give a connected link."""
    async with Link(where, name, subscriptions=[(f, 1) for f in filters]) as link:
        await link.wait_connected(PATIENCE_S)
        yield link


async def test_messages_pass_encrypted_and_whole(tmp_path: Path, authority: Authority) -> None:
    """With the right certificate and passwords, what one part says another hears, however large."""
    topic = topics.truth(SITE, "s-1", "bed01", "event")
    with serving(tmp_path / "b", authority.certify("good", "127.0.0.1")) as running:
        async with (
            linked(address(running, authority), "station", "rpm-truth/#") as station,
            linked(address(running, authority, "runner"), "runner") as runner,
        ):
            sent = [bytes(size) for size in (1, 20_000, 900_000, 3)]
            for payload in sent:
                runner.send(Outgoing(topic, payload, 1))
            got = []
            async with asyncio.timeout(PATIENCE_S):
                async for message in station.messages():
                    got.append(message.payload)
                    if len(got) == len(sent):
                        break
    assert got == sent


@pytest.mark.parametrize(
    ("host", "days", "said"),
    [("127.0.0.1", -1, "certificate has expired"), ("another.example", 30, "not valid for '127.0.0.1'")],
)
async def test_a_certificate_that_is_not_good_is_refused_by_name(
    tmp_path: Path, authority: Authority, host: str, days: int, said: str
) -> None:
    """Expired, or somebody else's: the error says which, and no password was sent."""
    with serving(tmp_path / "b", authority.certify("bad", host, days)) as running:
        assert said in await trouble(address(running, authority))


async def test_a_strangers_certificate_is_refused(tmp_path: Path, authority: Authority) -> None:
    """A broker certified by nobody we trust does not get our password."""
    stranger = Authority(tmp_path / "theirs", "A stranger").certify("x", "127.0.0.1")
    with serving(tmp_path / "b", stranger) as running:
        assert "certificate verify failed" in await trouble(address(running, authority))


async def test_a_wrong_password_is_told(tmp_path: Path, authority: Authority) -> None:
    """The broker's refusal reaches whoever waits for the connection."""
    with serving(tmp_path / "b", authority.certify("good", "127.0.0.1")) as running:
        wrong = replace(address(running, authority), password="wrong")  # noqa: S106 -- wrong on purpose
        assert "not authorized" in (await trouble(wrong)).lower()


async def test_a_missing_authority_file_is_told(tmp_path: Path, authority: Authority) -> None:
    """A path that leads nowhere is no riddle."""
    with serving(tmp_path / "b", authority.certify("good", "127.0.0.1")) as running:
        where = Address.parse(
            f"mqtts://127.0.0.1:{running.port}", {"TELEWARD_MQTT_CA": str(tmp_path / "none.crt")}
        )
        assert "No such file" in await trouble(where)


async def test_a_device_comes_and_goes_without_a_restart(tmp_path: Path) -> None:
    """A sensor's credentials work from the next SIGHUP on, for its own topics, until they are taken away."""
    with serving(tmp_path / "b") as running:
        everyone = Address("127.0.0.1", running.port, "station", running.password("station"))
        grant = Grant("device", topics.LIVE, ("bed09", "my-oximeter"))
        password = mosquitto.add_user(running.folder, SITE, "oxi", grant)
        own = Address("127.0.0.1", running.port, "oxi", password)
        async with linked(everyone, "station", "rpm/#") as station:
            running.reload()
            async with linked(own, "oxi") as device:
                for bed in ("bed08", "bed09"):
                    topic = topics.device(SITE, topics.LIVE, bed, "my-oximeter", "num")
                    device.send(Outgoing(topic, b"x", 1))
                async with asyncio.timeout(PATIENCE_S):
                    got = await anext(station.messages())
            assert got.topic == topic
            assert device.refused == 1
            assert mosquitto.remove_user(running.folder, SITE, "oxi")
            running.reload()
            assert "not authorized" in (await trouble(own)).lower()


def test_configuring_again_keeps_everybodys_password(tmp_path: Path) -> None:
    """A new port or certificate is no reason to hand out new secrets; and secrets are for their owner."""
    folder = tmp_path / "b"
    mosquitto.configure(folder, SITE, 1883)
    mosquitto.add_user(folder, SITE, "oxi", Grant("device", device=("bed09", "oxi")))
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    mosquitto.configure(folder, SITE, 8883)
    changed = {path.name for path, body in before.items() if path.read_bytes() != body}
    assert changed == {"mosquitto.conf"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in before} == {0o600}


def test_a_name_that_cannot_be_one_changes_nothing(tmp_path: Path) -> None:
    """Refused before anything is written."""
    mosquitto.configure(tmp_path, SITE, 1883)
    before = (tmp_path / "users.json").read_bytes()
    with pytest.raises(ValueError, match="user name"):
        mosquitto.add_user(tmp_path, SITE, "a:b", Grant("observer"))
    assert (tmp_path / "users.json").read_bytes() == before
