"""The compose file keeps its promises, and cannot drift from the command line it calls."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer.main

from broker.address import Address
from broker.mosquitto import SERVICES
from broker.store.influx_address import InfluxAddress
from broker.store.influx_setup import PARTS
from teleward.cli import app
from tests.compose import stack

GIVEN = {
    **stack.variables(),
    "TELEWARD_INFLUX_ADMIN_PASSWORD": "pass-of-a-test",
    "TELEWARD_INFLUX_ADMIN_TOKEN": "token-of-a-test",
    "TELEWARD_CERTIFICATES": "./certificates",
}
SECRETS = [name for name, value in stack.variables().items() if not value and "ADMIN" in name]
STACK = stack.services(GIVEN)
OURS = [s for s in STACK.values() if s.ours]
PARTS_OF_THE_WARD = [s for s in OURS if not s.once]
ROLES_OF = {"station": "station", "simulate": "conductor", "dashboard": "dashboard"}
NAMED = re.compile(r"PASSWORD|TOKEN|SECRET|KEY")


def ids(service: stack.Service) -> str:
    """Name a service in a test's name."""
    return service.name


def parse(words: list[str]) -> None:
    """Parse a command line as ``teleward`` does, without running it; raise what it would say."""
    command: Any = typer.main.get_command(app)
    context = command.make_context("teleward", list(words), resilient_parsing=False)
    while getattr(command, "commands", None):
        rest = [*context._protected_args, *context.args]
        if not rest:  # a group that is a command as well
            return
        name, command, rest = command.resolve_command(context, rest)
        context = command.make_context(name, rest, parent=context)


@pytest.mark.parametrize("service", OURS, ids=ids)
def test_every_command_is_one_of_ours(service: stack.Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """With every option it uses, in the environment it gets."""
    for name, value in service.environment.items():
        monkeypatch.setenv(name, value)
    parse(service.command)
    check = (service.body.get("healthcheck") or {}).get("test", [])
    if check[1:2] == ["teleward"]:
        parse(check[2:])


def test_a_command_that_drifted_would_be_noticed() -> None:
    """The parser of these tests refuses what the command line refuses."""
    for words in (
        ["station", "--no-such-option"],
        ["statoin"],
        ["influx", "setup"],
        ["simulate", "--speed", "x"],
    ):
        with pytest.raises(Exception, match=r"."):
            parse(words)


@pytest.mark.parametrize("service", OURS, ids=ids)
def test_every_variable_is_read_by_somebody(service: stack.Service) -> None:
    """A name that our code does not know would be a setting without effect."""
    code = "".join(
        path.read_text(encoding="utf-8")
        for room in ("broker", "dashboard", "teleward")
        for path in (stack.ROOT / room).rglob("*.py")
    )
    for name in service.environment:
        assert f'"{name}"' in code or f'"{name.removesuffix("_FILE")}"' in code or name in code, name


@pytest.mark.parametrize("service", PARTS_OF_THE_WARD, ids=ids)
def test_broker_store_and_user_are_what_the_parts_read(service: stack.Service, tmp_path: Path) -> None:
    """Over TLS, with a password of its own and a token of least rights."""
    env = service.environment
    token = Path(env["TELEWARD_INFLUX_TOKEN_FILE"])
    assert token.name in {f"influx-{part}.token" for part in PARTS}
    role = ROLES_OF[service.command[0]]
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / role).write_text("x\n")
    folder = env["TELEWARD_MQTT_FOLDER"]
    assert any(volume.split(":")[1] == folder for volume in service.body["volumes"])
    assert STACK["configure-broker"].command[2] == folder
    real = {**env, "TELEWARD_MQTT_FOLDER": str(tmp_path)}
    real["TELEWARD_INFLUX_TOKEN_FILE"] = str(tmp_path / "secrets" / role)
    address = Address.parse(env["TELEWARD_BROKER"], real, role)
    assert address.user in SERVICES
    assert address.tls is not None
    assert address.host in STACK
    store = InfluxAddress.parse(env["TELEWARD_STORE"], real)
    assert re.match(r"http://(\w+):8086", store.url)
    assert STACK["configure-store"].command[2] == env["TELEWARD_STORE"]


def test_no_default_secret_works() -> None:
    """The example has none, no service has one in it, and with any one left out nothing starts."""
    assert len(SECRETS) >= 2
    with pytest.raises(stack.MissingError):
        stack.services(stack.variables())
    for name in (*SECRETS, "TELEWARD_CERTIFICATES"):
        with pytest.raises(stack.MissingError, match=name):
            stack.services({**GIVEN, name: ""})
    for service in stack.raw()["services"].values():
        for name, value in (service.get("environment") or {}).items():
            if NAMED.search(name) and not name.endswith("_FILE"):
                assert str(value).startswith(f"${{{name}:?"), name


@pytest.mark.parametrize("service", STACK.values(), ids=ids)
def test_every_service_is_bounded_and_comes_back(service: stack.Service) -> None:
    """Limits for memory and processor, a restart policy, bounded logs, a health check."""
    limits = service.body["deploy"]["resources"]["limits"]
    assert set(limits) == {"cpus", "memory"}
    assert service.body["restart"] == ("no" if service.once else "unless-stopped")
    assert service.body["logging"]["options"]["max-size"]
    if service.once:
        return
    check = service.body["healthcheck"]
    assert {"test", "interval", "timeout", "retries", "start_period"} <= set(check)


@pytest.mark.parametrize("service", [*OURS, STACK["broker"]], ids=ids)
def test_our_services_may_little(service: stack.Service) -> None:
    """Nobody's rights, and nothing to write but volumes and a scratch folder."""
    assert service.body["read_only"] is True
    assert service.body["cap_drop"] == ["ALL"]
    assert service.body["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service.body


def test_only_the_page_and_the_brokers_tls_port_are_exposed() -> None:
    """And the page to this computer alone, unless told otherwise."""
    published = {s.name: s.body["ports"] for s in STACK.values() if "ports" in s.body}
    assert published == {
        "broker": ["0.0.0.0:8883:8883"],
        "dashboard": ["127.0.0.1:8050:8050"],
        "dashboard-2": ["127.0.0.1:8051:8050"],
    }
    assert "--cert" in STACK["configure-broker"].command
    inside = stack.raw()["networks"]["ward"]
    assert inside == {"internal": True}
    assert {s.name for s in STACK.values() if "outside" in s.body["networks"]} == set(published)


def test_volumes_are_declared_and_used() -> None:
    """Each part has a data folder of its own; the pages share the key that signs cookies."""
    declared = set(stack.raw()["volumes"])
    mounts = {
        s.name: [str(v).split(":")[0] for v in s.body.get("volumes", ()) if str(v)[0] not in "./"]
        for s in STACK.values()
    }
    assert {volume for names in mounts.values() for volume in names} == declared
    data = {
        s.name: next(v.split(":")[0] for v in s.body["volumes"] if v.split(":")[1] == "/data")
        for s in PARTS_OF_THE_WARD
    }
    assert data["dashboard"] == data["dashboard-2"]
    assert len(set(data.values())) == len(data) - 1


def test_the_scale_profile_adds_an_ingest_and_a_page() -> None:
    """Members of one shared subscription under different names, of whom one watches."""
    more = {s.name for s in STACK.values() if s.body.get("profiles")}
    assert more == {"ingest-2", "dashboard-2"}
    stations = [s for s in STACK.values() if s.command[:1] == ["station"]]
    members = [s.command[s.command.index("--member") + 1] for s in stations]
    assert len(set(members)) == len(stations) == 2
    assert sum("--no-watch" not in s.command for s in stations) == 1


def test_one_user_runs_all_that_share_a_volume() -> None:
    """Mosquitto reads the folder that our image makes, as the same user; nothing is root's."""
    dockerfile = (stack.ROOT / "Dockerfile").read_text(encoding="utf-8")
    user = re.findall(r"^USER (\S+)$", dockerfile, re.MULTILINE)
    assert user == [STACK["broker"].body["user"]]
    assert not user[0].startswith("0")
    assert dockerfile.count("\nFROM ") == 2
    assert "requirements/run.txt" in dockerfile
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE)
    let_in = re.findall(r"^!(.+)$", (stack.ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    assert {name for line in copied for name in line.split()} == set(let_in)
    assert all((stack.ROOT / name).exists() for name in let_in)


def _compose() -> list[str]:
    docker = shutil.which("docker")
    if (
        docker
        and not subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode
    ):
        return [docker, "compose"]
    alone = shutil.which("docker-compose")
    return [alone] if alone else pytest.skip("no docker compose and no docker-compose on PATH")


@pytest.mark.slow
def test_compose_itself_reads_the_file(tmp_path: Path) -> None:
    """With secrets it says what it would start; without them it refuses, naming what is missing."""
    compose = [*_compose(), "-f", str(stack.FILE), "--project-directory", str(tmp_path)]
    file = tmp_path / "filled"
    file.write_text("".join(f"{name}={value}\n" for name, value in GIVEN.items()))
    clean = {k: v for k, v in os.environ.items() if not k.startswith("TELEWARD_")}
    good = subprocess.run(
        [*compose, "--env-file", str(file), "config"], capture_output=True, text=True, env=clean, check=False
    )
    assert good.returncode == 0, good.stderr
    bad = subprocess.run(
        [*compose, "--env-file", str(stack.EXAMPLE), "config"],
        capture_output=True, text=True, env=clean, check=False,
    )  # fmt: skip
    assert bad.returncode
    assert any(name in bad.stderr for name in (*SECRETS, "TELEWARD_CERTIFICATES"))
