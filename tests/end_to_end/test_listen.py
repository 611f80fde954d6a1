"""A ward whose broker is a Mosquitto with passwords: its own that listens to the network, or a given one."""

import asyncio
import json
import re
import subprocess
import sys
from pathlib import Path

import aiomqtt
import psutil
import pytest

from broker import codec, topics
from broker import messages as m
from broker.address import Address
from broker.client import Link, Outgoing
from broker.mosquitto import SERVICES
from broker.store import open_store
from tests.broker.linked import until
from tests.broker.secured import Authority, need, serving
from tests.compose.processes import eventually
from tests.end_to_end.conftest import Running, Start
from tests.patience import PATIENCE_S

pytestmark = [pytest.mark.slow, pytest.mark.mosquitto]
TOPIC = topics.device("home", topics.LIVE, "bed09", "my-oximeter", "num")
BODY = codec.encode(m.Num(v=1, m={"spo2": m.Reading(v=97, u="%")}))


def secrets_of(folder: Path) -> set[str]:
    """Return every password of our parts."""
    return {(folder / "secrets" / name).read_text().strip() for name in SERVICES}


def no_password_on_a_command_line(ward: Running, passwords: set[str]) -> None:
    """Other users of the computer may read command lines."""
    top = psutil.Process(ward.process.pid)
    lines = [" ".join(p.cmdline()) for p in (top, *top.children(recursive=True))]
    assert len(lines) > 3
    assert not [line for line in lines if any(password in line for password in passwords)]


def stored(data: Path) -> bool:
    """Say whether the sensor's value is in the store."""
    store = open_store(f"sqlite:///{data / 'store.sqlite'}", readonly=True)
    try:
        return any(
            (o.subject, o.device, o.value) == ("bed09", "my-oximeter", 97) for o in store.latest("live")
        )
    finally:
        store.close()


@pytest.mark.parametrize("secret", [False, True], ids=["plain", "TLS"])
async def test_sensors_come_in_over_the_network_with_a_password_of_their_own(
    tmp_path: Path, start: Start, *, secret: bool
) -> None:
    """Added while the ward runs, by the line that it printed; a stranger is not let in."""
    need("mosquitto")
    options, tls = ["--listen", "127.0.0.1", "--scenario", "quiet-ward", "--beds", "2"], None
    if secret:
        authority = Authority(tmp_path / "ca", "Ward")
        own = authority.certify("broker", "127.0.0.1")
        options += ["--cert", str(own.certificate), "--key", str(own.key)]
        tls = aiomqtt.TLSParameters(ca_certs=str(authority.certificate))
    ward = start(*options)
    folder, rest = ward.wait_for(r"teleward broker add-device (\S+) (.*)\n").groups()
    port = int(ward.wait_for(rf"mqtt{'s' if secret else ''}://127\.0\.0\.1:(\d+)")[1])
    command = [sys.executable, "-m", "teleward", "broker", "add-device", folder, *rest.split()]
    said = (await asyncio.to_thread(subprocess.check_output, command)).decode()
    user, password, topic = (line.split()[1] for line in said.splitlines()[:3])
    assert topic == TOPIC

    device = Address("127.0.0.1", port, user, password, tls)
    async with Link(device, "my-oximeter") as link:
        await link.wait_connected(PATIENCE_S)
        link.send(Outgoing(topic, BODY, qos=1))
        async with asyncio.timeout(PATIENCE_S):
            while not stored(ward.data):
                await asyncio.sleep(0.1)
    async with Link(Address("127.0.0.1", port, tls=tls), "stranger") as link:
        await until(lambda: link.error)
        with pytest.raises(TimeoutError, match=r"(?i)authori[sz]ed"):
            await link.wait_connected(0)

    doctor = [sys.executable, "-m", "teleward", "doctor", "--json", "--data", str(ward.data)]
    said = (await asyncio.to_thread(subprocess.check_output, doctor)).decode()
    found = {line["check"]: line for line in map(json.loads, said.splitlines())}
    assert not [line for line in found.values() if line["level"] == "wrong"]
    assert found["sensors"]["level"] == ("note" if secret else "good")
    for check in ("broker", "station", "simulate", "store", "page", "clock, sensors"):
        assert found[check]["level"] == "good", found[check]
    no_password_on_a_command_line(ward, secrets_of(Path(folder)) | {password})
    log = (ward.data / "log" / "broker.log").read_text()
    for role in SERVICES:
        assert f"u'{role}')" in log, "each part comes as itself"
    assert ward.stop() == 0
    assert not psutil.net_connections() or all(
        c.laddr.port != port for c in psutil.net_connections() if c.status == psutil.CONN_LISTEN
    )


def test_a_broker_with_tls_and_passwords_serves_a_whole_ward(
    tmp_path: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder says who each part is, a variable whose certificates hold; no other word is needed."""
    authority = Authority(tmp_path / "ca", "Ward")
    with serving(tmp_path / "m", authority.certify("broker", "127.0.0.1")) as server:
        monkeypatch.setenv("TELEWARD_MQTT_CA", str(authority.certificate))
        monkeypatch.setenv("TELEWARD_MQTT_FOLDER", str(server.folder))
        url = f"mqtts://127.0.0.1:{server.port}"
        ward = start("--broker", url, "--scenario", "quiet-ward", "--beds", "2")
        assert ward.trainee
        no_password_on_a_command_line(ward, secrets_of(server.folder))
        eventually(lambda: numerics(ward.data), "simulated numerics are stored", PATIENCE_S)
        alive = [sys.executable, "-m", "teleward", "alive", "simulate", "--broker", url]
        assert subprocess.run(alive, capture_output=True, check=False).returncode == 0
        assert ward.stop() == 0


def numerics(data: Path) -> bool:
    """Say whether what the simulated devices said is in the store."""
    store = open_store(f"sqlite:///{data / 'store.sqlite'}", readonly=True)
    try:
        return any(o.device == "oximeter" for r in store.sessions() for o in store.latest(r.session))
    finally:
        store.close()


def test_a_wrong_folder_is_told_in_one_line(tmp_path: Path) -> None:
    """Before anything starts."""
    command = [sys.executable, "-m", "teleward", "up", "--no-open", "--broker", "mqtt://127.0.0.1:9"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False,
        env={"TELEWARD_MQTT_FOLDER": str(tmp_path), "PYTHONPATH": ":".join(sys.path)},
    )  # fmt: skip
    assert done.returncode == 2
    assert re.fullmatch(r"teleward: TELEWARD_MQTT_FOLDER cannot be read: .*secrets/dashboard'\n", done.stderr)
