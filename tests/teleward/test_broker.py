"""The commands that make a Mosquitto's folder."""

import shlex
import stat
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from broker import codec, topics
from broker import messages as m
from broker.client import Address, Link, Outgoing
from broker.mosquitto import SERVICES
from teleward.cli import app
from tests.broker.secured import need, serving
from tests.patience import PATIENCE_S


def run(*words: str) -> tuple[int, str]:
    """Run the command line; return exit status and what it said."""
    done = CliRunner().invoke(app, ["broker", *words])
    return done.exit_code, done.output


def test_a_folder_is_made_and_made_again(tmp_path: Path) -> None:
    """Every part has a password that only its owner can read; a second time it is the same."""
    folder = tmp_path / "m"
    assert run("configure", str(folder))[0] == 0
    secrets = {name: (folder / "secrets" / name).read_text() for name in SERVICES}
    assert len(set(secrets.values())) == len(SERVICES)
    assert not stat.S_IMODE((folder / "secrets" / "station").stat().st_mode) & 0o077
    assert run("configure", str(folder))[0] == 0
    assert secrets == {name: (folder / "secrets" / name).read_text() for name in SERVICES}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["configure", "m", "--site", "no such"], "--site"),
        (["configure", "m", "--cert", "a.crt"], "both --cert and --key"),
        (["configure", "m", "--cert", "a.crt", "--key", "a.key"], "a.crt"),
        (["add-device", "m", "bed09", "clip"], "broker configure"),
        (["add-reader", "m", "grafana"], "broker configure"),
        (["add-reader", "m", "station"], "is a part of Teleward"),
    ],
)
def test_what_cannot_be_done_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], said: str
) -> None:
    """In one line, with exit status 2, and nothing is made."""
    monkeypatch.chdir(tmp_path)
    status, output = run(*words)
    assert status == 2
    assert said in output
    assert not (tmp_path / "m").exists()


@pytest.mark.mosquitto
async def test_a_device_added_may_speak(tmp_path: Path) -> None:
    """With what is printed, once Mosquitto has read its folder again."""
    with serving(tmp_path / "m") as server:
        status, said = run("add-device", str(tmp_path / "m"), "bed09", "clip")
        assert status == 0, said
        user, password, topic, port = (line.split()[1] for line in said.splitlines()[:4])
        assert int(port) == server.port
        server.reload()
        body = codec.encode(m.Num(v=1, m={"spo2": m.Reading(v=97, u="%")}))
        station = Address("127.0.0.1", server.port, "station", server.password("station"))
        device = Address("127.0.0.1", server.port, user, password)
        wanted = [(topics.everything("rpm", "home"), 1)]
        async with Link(station, "ear", subscriptions=wanted) as ear, Link(device, "clip") as clip:
            await ear.wait_connected(PATIENCE_S)
            await clip.wait_connected(PATIENCE_S)
            clip.send(Outgoing(topic, body, qos=1))
            async for message in ear.messages():
                assert message.topic == topic
                break


@pytest.mark.mosquitto
async def test_a_reader_added_hears_what_is_observed_and_no_truth(tmp_path: Path) -> None:
    """Values reach it, truth does not, and what it says reaches nobody."""
    with serving(tmp_path / "m") as server:
        status, said = run("add-reader", str(tmp_path / "m"), "home-assistant")
        assert status == 0, said
        user, password = (line.split()[1] for line in said.splitlines()[:2])
        server.reload()
        conductor = Address("127.0.0.1", server.port, "conductor", server.password("conductor"))
        reader = Address("127.0.0.1", server.port, user, password)
        wanted = [("#", 1)]
        value = topics.device("home", "s-1", "bed01", "patch", "num")
        truth = topics.truth("home", "s-1", "bed01", "state")
        async with Link(conductor, "conductor") as link, Link(reader, "ha", subscriptions=wanted) as ear:
            await link.wait_connected(PATIENCE_S)
            await ear.wait_connected(PATIENCE_S)
            ear.send(Outgoing(value, b"said by a reader", qos=1))
            link.send(Outgoing(truth, b"{}", qos=1))
            link.send(Outgoing(value, b"{}", qos=1))
            async for message in ear.messages():
                assert (message.topic, message.payload) == (value, b"{}")
                break


@pytest.mark.mosquitto
def test_the_line_to_try_a_device_works(tmp_path: Path) -> None:
    """As it is printed, but for the computer's name; Mosquitto's own client says that it was taken."""
    need("mosquitto_pub")
    with serving(tmp_path / "m") as server:
        said = run("add-device", str(tmp_path / "m"), "bed09", "clip")[1]
        server.reload()
        words = shlex.split(said.splitlines()[-1].replace("HOST", "127.0.0.1"))
        done = subprocess.run(
            [*words, "-q", "1", "-d"], capture_output=True, text=True, check=True, timeout=30
        )
        assert "received PUBACK" in done.stdout
        topic, body = words[words.index("-t") + 1], words[words.index("-m") + 1]
        assert isinstance(codec.decode(topic, body.encode()), codec.Accepted)
