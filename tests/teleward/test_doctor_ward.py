"""The doctor at a ward with something wrong: broker, store, page, clocks."""

import asyncio
import json
import socketserver
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from broker import codec, topics
from broker import messages as m
from broker.address import Address
from broker.client import Link, Outgoing
from broker.health import Health
from broker.health_server import serving as answering
from broker.store import open_store
from broker.store.protocol import Batch, Observation
from teleward.addresses import free_port
from teleward.doctor import greeting, keeping, web, wire
from teleward.doctor.finding import Finding
from tests.broker.secured import Authority, serving
from tests.real_broker import RealBroker
from tests.real_influx import Influx, fresh
from tests.teleward.test_doctor_machine import as_somebody, is_wrong

pytestmark = [pytest.mark.slow]

NOW_MS = 1_800_000_000_000
TODAY = "Fri, 15 Jan 2027 08:00:00 GMT"
"""The same moment."""


@contextmanager
def saying(answer: bytes) -> Iterator[int]:
    """Listen on a port, answer everybody with ``answer`` and hang up."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(1024)
            self.request.sendall(answer)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@contextmanager
def page_saying(body: str, date: str = TODAY, status: int = 200) -> Iterator[int]:
    """Serve ``body`` over HTTP under every path, with a clock of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response_only(status)
            self.send_header("Date", date)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def at(port: int) -> Address:
    """Return an address on this computer."""
    return Address("127.0.0.1", port)


# --- the broker ----------------------------------------------------------------------------------


async def test_a_broker_that_is_not_there() -> None:
    """Nobody listens, and a name that no computer has."""
    nobody = free_port(31000)
    assert is_wrong(await wire.broker(at(nobody)), "Connection refused", "start the ward")
    lost = Address("no-such-host.invalid", 1883)
    assert is_wrong(await wire.broker(lost), "no-such-host.invalid:1883", "--broker mqtt://host:port")


async def test_a_broker_that_never_answers() -> None:
    """It takes the connection and says nothing: patience ends."""
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    async with server:
        greeted = await greeting.greet(at(server.sockets[0].getsockname()[1]), 5, patience_s=0.2)
    assert (greeted.kind, greeted.reason) == ("unreachable", "no answer within 0.2 s")


@pytest.mark.parametrize(
    ("answer", "what", "todo"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "it answers b'HTTP/1.1 400", "that is no MQTT broker"),
        (b"", "closed the connection", "that is no MQTT broker"),
        (b"\x20\x05\x00", "broke off", "that is no MQTT broker"),
        (b"\x20\x03\x00\x84\x00", "does not speak this version", "the embedded one or Mosquitto 2"),
        (b"\x20\x03\x00\x88\x00", "refuses with code 0x88", "broker's log"),
    ],
)
async def test_a_broker_that_answers_wrongly(answer: bytes, what: str, todo: str) -> None:
    """A program that is none, one of another version, one that is busy."""
    with saying(answer) as port:
        assert is_wrong(await wire.broker(at(port)), what, todo)


async def test_a_broker_that_is_well(broker: RealBroker) -> None:
    """Both versions get in."""
    assert (await wire.broker(broker.address)).level == "good"
    assert (await wire.sensors(at(broker.ports.mqtt))).level == "good"


@pytest.mark.mosquitto
async def test_wrong_passwords_and_certificates(tmp_path: Path) -> None:
    """Each is told by its own words."""
    ours, theirs = Authority(tmp_path / "ours", "Ours"), Authority(tmp_path / "theirs", "Theirs")
    with serving(tmp_path / "m", ours.certify("broker", "127.0.0.1")) as server:
        url = f"mqtts://127.0.0.1:{server.port}"
        right = {"TELEWARD_MQTT_CA": str(ours.certificate), "TELEWARD_MQTT_FOLDER": str(server.folder)}
        assert (await wire.broker(Address.parse(url, right, "dashboard"))).level == "good"
        nobody = {"TELEWARD_MQTT_CA": str(ours.certificate)}
        for who in (nobody, nobody | {"TELEWARD_MQTT_USER": "station", "TELEWARD_MQTT_PASSWORD": "wrong"}):
            found = await wire.broker(Address.parse(url, who))
            assert is_wrong(found, "refuses user or password", "TELEWARD_MQTT_PASSWORD_FILE")
        foreign = right | {"TELEWARD_MQTT_CA": str(theirs.certificate)}
        found = await wire.broker(Address.parse(url, foreign, "dashboard"))
        assert is_wrong(found, "certificate", "TELEWARD_MQTT_CA must name")
        plain = Address.parse(f"mqtt://127.0.0.1:{server.port}", right, "dashboard")
        assert is_wrong(await wire.broker(plain), "", "mqtts://")


async def test_parts_that_have_gone_or_never_came(broker: RealBroker) -> None:
    """The last will of one stands at the broker; of the other nothing does."""
    async with Link(broker.address, "will") as link:
        await link.wait_connected(10)
        gone = codec.encode(m.Status(v=1, state="offline"))
        link.send(Outgoing(topics.part("home", "station"), gone, qos=1, retain=True))
        while link.unacknowledged:
            await asyncio.sleep(0.01)
    station, simulate = await wire.parts(broker.address, "home", wait_s=1)
    assert is_wrong(station, "has gone", "teleward station")
    assert is_wrong(simulate, "never been here", "teleward simulate")


# --- the store -----------------------------------------------------------------------------------


def said_of(url: str, *, running: bool = True) -> list[Finding]:
    """Return what is found of a store."""
    return list(keeping.store(url, NOW_MS, running=running))


def test_an_address_that_names_no_store() -> None:
    """Another protocol, or an InfluxDB without a token."""
    (found,) = said_of("postgres://127.0.0.1/ward")
    assert is_wrong(found, "sqlite:///path", "--store")
    (found,) = said_of("influx://127.0.0.1:9/ward?org=o")
    assert is_wrong(found, "TELEWARD_INFLUX_TOKEN", "--store")


def test_a_file_that_is_missing_damaged_or_of_the_future(tmp_path: Path) -> None:
    """Missing is wrong only where a ward should run."""
    path = tmp_path / "store.sqlite"
    (found,) = said_of(str(path))
    assert is_wrong(found, f"no store at {path}", "start the station")
    assert [f.level for f in said_of(str(path), running=False)] == ["note"]
    store = open_store(str(path))
    store.append(Batch([one(value=n, seq=n) for n in range(5000)]))
    store.close()
    assert said_of(str(path))[0].level == "good"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] + b"\x55" * (len(whole) - len(whole) // 2))
    assert is_wrong(said_of(str(path))[0], "damaged", "restore a backup")
    path.write_bytes(b"this is a letter to somebody" * 100)
    assert is_wrong(said_of(str(path))[0], str(path), "restore a backup")
    path.write_bytes(whole)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 9999")
    assert is_wrong(said_of(str(path))[0], "newer Teleward", "")


def test_a_file_of_somebody_else(shared: Path) -> None:
    """The station could not write it."""
    path = shared / "store.sqlite"
    open_store(str(path)).close()
    path.chmod(0o644)
    assert is_wrong(as_somebody(lambda: said_of(str(path))[0]), "cannot be written", "right to write")


@pytest.mark.influx
@pytest.mark.slow
def test_an_influxdb_that_refuses(influx_server: Influx, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that is wrong, a bucket that is not there; with the right ones all is well."""
    url, tokens = fresh(influx_server)
    monkeypatch.setenv("TELEWARD_INFLUX_TOKEN", tokens["dashboard"])
    good, *_ = said_of(url)
    assert (good.level, "0 sessions in InfluxDB 2." in good.what) == ("good", True)
    elsewhere = url.replace("/t-", "/no-")
    assert is_wrong(said_of(elsewhere)[0], "", "teleward influx setup")
    monkeypatch.setenv("TELEWARD_INFLUX_TOKEN", "wrong")
    assert is_wrong(said_of(url)[0], "", "teleward influx setup")


def test_a_server_that_is_no_influxdb_or_an_old_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or nobody at all."""
    monkeypatch.setenv("TELEWARD_INFLUX_TOKEN", "any")
    (found,) = said_of(f"influx://127.0.0.1:{free_port(31100)}/ward?org=o")
    assert is_wrong(found, "Connection refused", "start InfluxDB")
    for body, what in (
        ("ok", "no InfluxDB"),
        ('{"name": "influxdb", "version": "v1.8.10"}', "InfluxDB 1.8.10"),
    ):
        with page_saying(body) as port:
            (found,) = said_of(f"influx://127.0.0.1:{port}/ward?org=o")
        assert is_wrong(found, what, "InfluxDB 2.7 or a later 2")


# --- clocks --------------------------------------------------------------------------------------


def one(**fields: int) -> Observation:
    """Return an observation of a sensor that came now, with ``fields`` of its own."""
    value = {"t": NOW_MS, "seq": 0, "value": 97, "received": NOW_MS} | fields
    return Observation("live", "bed09", "clip", "spo2", boot="b", unit="%", **value)  # type: ignore[arg-type]


@pytest.mark.parametrize(("apart_s", "order"), [(300, "ahead"), (-300, "behind")])
def test_a_sensor_whose_clock_is_wrong(tmp_path: Path, apart_s: int, order: str) -> None:
    """Its bed and name are told, and by how much."""
    store = open_store(str(tmp_path / "s.sqlite"))
    store.append(Batch([one(t=NOW_MS + apart_s * 1000)]))
    (found,) = keeping.clocks(store, NOW_MS)
    assert is_wrong(found, f"clip at bed09 is 300 s {order}", "set its clock, or let it leave out `t`")
    store.close()


def test_a_station_whose_clock_is_ahead(tmp_path: Path) -> None:
    """What it stored came in the future."""
    store = open_store(str(tmp_path / "s.sqlite"))
    store.append(Batch([one()]))
    assert [f.level for f in keeping.clocks(store, NOW_MS)] == ["good"]
    found = next(keeping.clocks(store, NOW_MS - 60_000))
    assert is_wrong(found, "60 s from now", "NTP")
    store.close()


# --- over HTTP -----------------------------------------------------------------------------------


def test_a_page_that_is_missing_another_program_or_of_another_time() -> None:
    """Its clock is the one that times on the screen come from."""
    nobody = f"http://127.0.0.1:{free_port(31200)}"
    (found,) = web.page(nobody, NOW_MS)
    assert is_wrong(found, "Connection refused", "teleward dashboard")
    with page_saying("hello") as port:
        (found,) = web.page(f"http://127.0.0.1:{port}", NOW_MS)
    assert is_wrong(found, "another program answers there (200)", "--page")
    with page_saying("ok") as port:
        assert [f.level for f in web.page(f"http://127.0.0.1:{port}", NOW_MS)] == ["good", "good"]
        _, found = web.page(f"http://127.0.0.1:{port}", NOW_MS - 60_000)
    assert is_wrong(found, "ahead of this computer's", "NTP")
    with page_saying("ok", date="yesterday") as port:
        assert [f.level for f in web.page(f"http://127.0.0.1:{port}", NOW_MS)] == ["good", "unasked"]


def test_a_page_that_a_classroom_cannot_reach() -> None:
    """Loopback is told; an address at which nothing answers is wrong."""
    assert web.classroom("127.0.0.1", "http://127.0.0.1:8050").level == "note"
    with page_saying("ok") as port:  # it listens on another of this computer's addresses
        found = web.classroom("127.0.0.2", f"http://127.0.0.1:{port}")
        assert is_wrong(found, f"http://127.0.0.2:{port} does not answer", "firewall")


async def test_a_part_that_says_what_is_wrong() -> None:
    """Its own words are repeated; nobody, or another program, at its port is told."""
    health = Health("station", "home")
    async with answering(health, "127.0.0.1", 0) as port:
        assert (await asyncio.to_thread(web.part, "station", port)).level == "good"
        health.watch(tuple, lambda: ["the store is away"])
        found = await asyncio.to_thread(web.part, "station", port)
    assert is_wrong(found, "the store is away", "log of station")
    nobody = await asyncio.to_thread(web.part, "station", port)
    assert is_wrong(nobody, f"nothing at port {port}", "log of station")
    with page_saying("ok") as port:
        found = await asyncio.to_thread(web.part, "station", port)
    assert is_wrong(found, "another program answers", "--metrics-port")


# --- the command ---------------------------------------------------------------------------------


def doctor(*options: str) -> tuple[int, list[dict[str, str]]]:
    """Run the command; return its exit status and what it found."""
    command = [sys.executable, "-m", "teleward", "doctor", "--json", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert not done.stderr
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_where_no_ward_runs_all_that_is_missing_is_named(tmp_path: Path) -> None:
    """Exit status 1, and for everything that is wrong something to do."""
    nobody = str(free_port(31300))
    status, found = doctor(
        "--data",
        str(tmp_path),
        "--broker",
        f"mqtt://127.0.0.1:{nobody}",
        "--page",
        f"http://127.0.0.1:{nobody}",
    )
    levels = {finding["check"]: finding["level"] for finding in found}
    assert status == 1
    assert {"broker", "store", "page"} == {check for check, level in levels.items() if level == "wrong"}
    assert {"sensors", "station", "simulate"} == {c for c, level in levels.items() if level == "unasked"}
    assert all(finding["todo"] for finding in found if finding["level"] == "wrong")


def test_before_a_start_nothing_is_missed(tmp_path: Path) -> None:
    """A fresh folder is fine, and stays as it was; a port that is taken is not."""
    status, found = doctor("--before-start", "--data", str(tmp_path / "new"))
    assert {f["check"] for f in found if f["level"] == "wrong"} <= {"port 1883", "port 1884", "port 8050"}
    assert status == int(any(f["level"] == "wrong" for f in found))
    assert not list(tmp_path.iterdir())
