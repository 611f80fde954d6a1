"""``teleward up`` and the ports that it chose."""

import os
import socket
from pathlib import Path

import pytest

from broker import mosquitto
from teleward import own_broker
from teleward import up as ward
from teleward.given import places
from teleward.settings import Places
from teleward.up import TAKEN, Wish, up
from tests.broker.secured import need
from tests.free_ports import free_port

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("who", ["broker", "dashboard"])
async def test_a_port_that_another_program_took_meanwhile_is_no_end(tmp_path: Path, who: str) -> None:
    """It is told apart from every other failure, so that the command can choose again."""
    plain, five, page = free_port(), free_port(), free_port()
    own = own_broker.embedded(plain, five)
    here = places("t", own.url, None, tmp_path)
    wish = Wish("quiet-ward", 1, 1.0, 1, "127.0.0.1", page, 60.0, open_page=False)
    said: list[str] = []
    with socket.create_server(("127.0.0.1", plain if who == "broker" else page)):
        assert await up(here, wish, own, said.append) == TAKEN
    assert not [line for line in said if "✗" in line]


async def test_a_part_that_fails_for_another_reason_ends_the_ward(tmp_path: Path) -> None:
    """A store that nobody knows: that is told, and not tried again."""
    own = own_broker.embedded(free_port(), free_port())
    here = Places("t", own.url, "carrier-pigeon://loft", tmp_path)
    wish = Wish("quiet-ward", 1, 1.0, 1, "127.0.0.1", free_port(), 60.0, open_page=False)
    said: list[str] = []
    assert await up(here, wish, own, said.append) == 1
    assert "could not start" in said[-1]
    assert "no such store" in said[-1]


@pytest.fixture
def tardy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Mosquitto begin seconds after it was started, as on a computer that is busy."""
    need("mosquitto")
    slow = tmp_path / "bin" / "mosquitto"
    slow.parent.mkdir()
    slow.write_text(f'#!/bin/sh\nsleep 4\nexec "{mosquitto.program()}" "$@"\n', "utf-8")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", str(slow.parent), prepend=os.pathsep)


@pytest.mark.mosquitto
@pytest.mark.usefixtures("tardy")
async def test_our_own_broker_may_come_later_than_another_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its ward comes up all the same; where a broker of somebody else does not answer, that is told soon."""
    monkeypatch.setattr(ward, "BROKER_S", 1.0)
    root = "root" if os.geteuid() == 0 else None
    own = own_broker.listening(tmp_path / "data", "t", "127.0.0.1", free_port(), run_as=root)
    here = places("t", own.url, None, tmp_path / "data")
    wish = Wish("quiet-ward", 1, 1.0, 1, "127.0.0.1", free_port(), 0.1, open_page=False)
    said: list[str] = []
    assert await up(here, wish, own, said.append) == 0, said
    assert "  ✓ broker     messages flow" in said
    here = places("t", f"mqtt://127.0.0.1:{free_port()}", None, tmp_path / "other")
    assert await up(here, wish, None, said.append) == 1
    assert "no broker at 127.0.0.1" in said[-1]
