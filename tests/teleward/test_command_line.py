"""What a user mistypes is answered in one line that says what to do, before anything starts."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from broker import mosquitto
from teleward.cli import app


def teleward(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user does."""
    command = [sys.executable, "-m", "teleward", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--broker", "foo://x"], "a broker's address looks like mqtt://host:port"),
        (["--store", "foo://x"], "sqlite:///path and influx://host:port/bucket"),
        (["--store", "influx://127.0.0.1:9/b?org=o"], "needs a token in TELEWARD_INFLUX_TOKEN"),
        (["--site", "Bad/Name"], "use up to 32 of a-z, 0-9 and -"),
        (["--scenario", "frist-look"], "did you mean `first-look`?"),
    ],
)
def test_a_wrong_option_is_answered_in_one_line(tmp_path: Path, options: list[str], says: str) -> None:
    """Exit status 2, one line, no traceback."""
    done = teleward("up", "--no-open", "--data", str(tmp_path), *options)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_password_never_stands_in_an_address(tmp_path: Path) -> None:
    """A broker's URL with a password is refused, and the password is not repeated."""
    done = teleward("station", "--data", str(tmp_path), "--broker", "mqtt://aino:hunter2@127.0.0.1:1")
    assert done.returncode == 2
    assert "TELEWARD_MQTT_PASSWORD" in done.stderr
    assert "hunter2" not in done.stderr


@pytest.mark.slow
def test_a_taken_port_for_the_page_is_told_in_one_line(tmp_path: Path) -> None:
    """It says which, why and what to do, and ends."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = teleward(
            "dashboard", "--data", str(tmp_path), "--broker", "mqtt://127.0.0.1:1", "--port", port
        )
    assert done.returncode == 1
    assert f"cannot open at 127.0.0.1:{port} (Address already in use)" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_scenario_is_checked_with_line_and_column(tmp_path: Path) -> None:
    """The author reads file, line and column; the exit status is not zero."""
    file = tmp_path / "mine.yaml"
    file.write_text("name: mine\ntitle: Mine\nbeds:\n  - bed: bed01\n    phasse: []\n", "utf-8")
    done = teleward("check", str(file))
    assert done.returncode != 0
    assert f"{file}:5:5" in done.stdout + done.stderr


@pytest.mark.slow
def test_a_scenario_plays_into_a_file(tmp_path: Path) -> None:
    """The same seed writes the same file."""
    first, second = tmp_path / "1.jsonl", tmp_path / "2.jsonl"
    for out in (first, second):
        assert teleward("play", "quiet-ward", str(out), "--seed", "5", "--seconds", "20").returncode == 0
    assert first.read_bytes() == second.read_bytes() != b""


@pytest.mark.slow
def test_a_taken_port_for_numbers_is_told_in_one_line(tmp_path: Path) -> None:
    """By the ward before anything starts, and by a part alone."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        options = ("--data", str(tmp_path), "--metrics-port", port)
        ward, part = teleward("up", "--no-open", *options), teleward("station", *options)
    assert (ward.returncode, part.returncode) == (2, 1)
    assert ward.stderr == f"teleward: --metrics-port {port}: somebody listens on {port} already\n"
    assert f"cannot answer on 127.0.0.1:{port} (Address already in use)" in part.stderr
    assert len(part.stderr.splitlines()) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "says"),
    [
        (
            ["--listen", "127.0.0.1", "--broker", "mqtt://127.0.0.1:9"],
            "--listen starts a broker: leave out --broker",
        ),
        (["--listen", "192.0.2.1"], "192.0.2.1 is no address of this computer"),
        (["--listen", "127.0.0.1", "--cert", "a.crt"], "both --cert and --key"),
        (["--listen", "127.0.0.1", "--cert", "a.crt", "--key", "a.key"], "a.crt"),
        (["--host", "192.0.2.1"], "192.0.2.1 is no address of this computer"),
    ],
)
def test_what_cannot_be_listened_on_is_told(tmp_path: Path, options: list[str], says: str) -> None:
    """Exit status 2, one line, before anything starts."""
    done = teleward("up", "--no-open", "--data", str(tmp_path), *options)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_listening_without_a_mosquitto_says_how_to_have_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The embedded broker knows no passwords, so it never takes its place."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(mosquitto, "_SYSTEM", ())
    done = CliRunner().invoke(app, ["up", "--no-open", "--data", str(tmp_path), "--listen", "127.0.0.1"])
    assert done.exit_code == 2
    assert "install Mosquitto 2" in done.stderr
