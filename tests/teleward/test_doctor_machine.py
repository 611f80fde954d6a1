"""The doctor on a computer with something wrong: each check finds it, names it and says what to do."""

import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from broker import mosquitto
from broker.store.spool import Spool
from teleward.doctor import machine, ports, programs, python
from teleward.doctor.finding import Finding, good, note, table, unasked, wrong
from teleward.settings import signing_key
from teleward.ward_file import Ward
from tests.store.test_archive import FULL


def is_wrong(finding: Finding | None, what: str, todo: str) -> bool:
    """Say whether ``finding`` names ``what`` and says ``todo``."""
    assert finding is not None
    assert finding.level == "wrong"
    assert what in finding.what
    assert todo in finding.todo
    return True


def as_somebody(ask: Callable[[], Finding]) -> Finding:
    """Return what ``ask`` finds for a user who may not everything, whoever runs the tests."""
    if os.geteuid() != 0:
        return ask()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.setgid(65534)
        os.setuid(65534)
        found = ask()
        os.write(writing, json.dumps([found.check, found.level, found.what, found.todo]).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        found = Finding(*json.loads(answer.read()))
    os.waitpid(child, 0)
    return found


def program(folder: Path, name: str, says: str) -> None:
    """Put a program into ``folder`` that says which version it is."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)


def test_an_old_python() -> None:
    """This one is too old for a Teleward that needs 3.99."""
    assert python.python().level == "good"
    assert is_wrong(python.python((3, 99)), "is too old", "install Python 3.99 or newer")


def test_a_missing_package() -> None:
    """It is named, and one that is too old or too new; one that belongs to other computers is not missed."""
    assert python.packages().level == "good"
    required = ["msgspec>=0.19", "no-such-package>=1", "elsewhere==1; platform_machine in 'pdp11'"]
    assert is_wrong(python.packages(required), "no-such-package is missing", "make .venv")
    for wanted in ("msgspec>=99", "msgspec<0.1", "msgspec==0.0.1", "uvicorn[standard]>=99.1"):
        name = wanted.partition("=")[0].strip("<>")[:7]
        assert is_wrong(python.packages([wanted]), f"{name}", "make .venv")
    assert python.packages(["numpy>=2.0,<99", "typer>=0.0.1"]).level == "good"


def test_a_data_directory_that_cannot_be(tmp_path: Path, shared: Path) -> None:
    """Below a file; or in a folder that belongs to somebody else."""
    assert machine.data_directory(tmp_path).level == "good"
    assert machine.data_directory(tmp_path / "new" / "one").level == "note"
    file = tmp_path / "file"
    file.touch()
    assert is_wrong(machine.data_directory(file / "data"), "is no folder", "--data or TELEWARD_DATA")
    locked = shared / "locked"
    locked.mkdir(mode=0o555)
    for path in (locked, locked / "new", tmp_path / "hidden"):
        found = as_somebody(partial(machine.data_directory, path))
        assert is_wrong(found, "cannot be", "right to write there")


def test_a_secret_that_others_may_read(shared: Path) -> None:
    """Or that is cut off, or that belongs to somebody else."""
    assert machine.secret(shared).level == "note"
    signing_key(shared)
    assert machine.secret(shared).level == "good"
    path = shared / "secret"
    for mode in (0o640, 0o604):
        path.chmod(mode)
        assert is_wrong(machine.secret(shared), f"mode {mode:03o}", f"chmod 600 {path}")
    path.chmod(0o600)
    path.write_bytes(b"short")
    assert is_wrong(machine.secret(shared), "is damaged: 5 bytes", "delete it")
    path.chmod(0)
    assert is_wrong(as_somebody(lambda: machine.secret(shared)), "cannot be read", "as its owner")


def test_a_data_directory_that_another_ward_has(tmp_path: Path) -> None:
    """Its process and page are told."""
    assert machine.alone(tmp_path, None).level == "good"
    ward = Ward(4711, "home", "mqtt://127.0.0.1:1", "x", "http://127.0.0.1:2")
    assert is_wrong(machine.alone(tmp_path, ward), "process 4711", "another --data")


def test_a_full_disk(tmp_path: Path) -> None:
    """Less room than is needed, here or where the folder will be."""
    assert machine.disk(tmp_path, 1).level == "good"
    free = shutil.disk_usage(tmp_path).free
    assert is_wrong(machine.disk(tmp_path / "new", 2 * free), f"free at {tmp_path}", "free at least")


def test_a_spool_that_holds_or_lost_something(tmp_path: Path) -> None:
    """What waits, and what the bound has cost."""
    assert machine.spool(tmp_path).level == "good"
    spool = Spool(tmp_path / "spool", limit_bytes=1000)
    spool.put(FULL)
    assert is_wrong(machine.spool(tmp_path), "wait for the store", "what is wrong with the store")
    for _ in range(50):
        spool.put(FULL)
    for path in (tmp_path / "spool").iterdir():
        if path.suffix != ".json":
            path.unlink()
    assert spool.dropped > 0
    assert is_wrong(
        machine.spool(tmp_path), f"{spool.dropped} records that were promised were lost", "delete"
    )


def test_an_old_mosquitto_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Version 1 is too old; none is fine as long as the embedded broker is there."""
    program(tmp_path / "old", "mosquitto", "mosquitto version 1.6.9")
    monkeypatch.setenv("PATH", str(tmp_path / "old"), prepend=":")
    assert is_wrong(programs.mosquitto(), "has version 1.6.9: too old", "install Mosquitto 2")
    program(tmp_path / "old", "mosquitto", "mosquitto version 2.0.18")
    assert programs.mosquitto().level == "good"
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(mosquitto, "_SYSTEM", ())
    assert programs.mosquitto(embedded=True).level == "note"
    assert is_wrong(programs.mosquitto(embedded=False), "no embedded broker", "install Mosquitto 2")


def test_an_influxd_of_version_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong where the store should be on this computer, else no matter."""
    program(tmp_path / "old", "influxd", "InfluxDB v1.8.10 (git: 1.8 688e697)")
    monkeypatch.setenv("PATH", str(tmp_path / "old"))
    found = programs.influxd("influx://127.0.0.1:8086/ward?org=o")
    assert is_wrong(found, "has version 1.8.10", "InfluxDB 2.7 or later")
    elsewhere = programs.influxd("influx://db.example.org:8086/ward?org=o")
    assert elsewhere is not None
    assert elsewhere.level == "note"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert programs.influxd("influx://127.0.0.1/ward?org=o") is None


def test_a_port_that_another_program_has() -> None:
    """Its command and process id are told; a ward's own ports are fine."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        (found,) = ports.ports({port: "the page"})
        assert is_wrong(found, "the page wants it, but", "give the part another port")
        if Path("/proc/net/tcp").exists():
            assert f"(process {os.getpid()})" in found.what
    (found,) = ports.ports({port: "the page"})
    assert found == good(f"port {port}", "free, for the page")


def test_a_port_that_a_ward_has(tmp_path: Path) -> None:
    """It is told as ours."""
    listens = "import socket,sys; s=socket.create_server(('127.0.0.1',0)); print(s.getsockname()[1]); input()"
    command = [sys.executable, "-uc", listens, "teleward"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path) as ward:
        assert ward.stdout is not None
        port = int(ward.stdout.readline())
        (found,) = ports.ports({port: "the page"})
        ward.communicate(b"\n")
    if Path("/proc/net/tcp").exists():
        assert (found.level, "held by a ward" in found.what) == ("good", True)


def test_the_table_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line each, what to do below, nothing wider than the terminal, and a verdict."""
    monkeypatch.setenv("COLUMNS", "64")
    findings = [
        good("python", "3.13.1"),
        wrong("broker", "127.0.0.1:1884: Connection refused " * 3, "start the ward (teleward up) " * 3),
        note("secret", "made at the first start"),
        unasked("station", "not asked: no broker"),
    ]
    plain = table(findings, colour=False)
    lines = plain.splitlines()
    assert lines[0] == "  ✓ python         3.13.1"
    assert lines[1].startswith("  ✗ broker         127.0.0.1:1884: Connection")
    assert any(line.strip().startswith("→ start the ward") for line in lines)
    assert lines[-1] == "  1 thing is wrong."
    assert max(map(len, lines)) <= 64
    assert "\x1b[31m✗\x1b[0m" in table(findings, colour=True)
    assert table(findings[:1], colour=False).endswith("All is well.")
