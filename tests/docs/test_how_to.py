"""What the how-tos tell to type is right: certificates, a sensor's messages, commands and variables."""

import ast
import json
import re
import shutil
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest
import typer.main

from broker import topics
from broker.codec import Accepted, decode
from broker.security import may
from teleward.cli import app

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
BOARD = (HOW_TO / "microcontroller.md").read_text(encoding="utf-8")
SECURE = (HOW_TO / "secure.md").read_text(encoding="utf-8")
TOPIC = "rpm/v1/home/live/bed09/clip/"


def block(page: str, language: str) -> str:
    """Return the only block of a page in ``language``."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)
    return str(found)


def micropython() -> dict[str, Any]:
    """Return the pure functions of the MicroPython program: what it says, without the board."""
    tree = ast.parse(block(BOARD, "python"))
    wanted = {"status", "meta", "num", "measure"}
    pure = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in wanted]
    assert len(pure) == len(wanted)
    place: dict[str, Any] = {"json": json}
    exec(compile(ast.Module([*pure], []), "main.py", "exec"), place)  # noqa: S102 -- our own page's program
    return place


def arduino() -> dict[str, str]:
    """Return what the Arduino program publishes, kind by kind."""
    code = block(BOARD, "cpp")
    texts = dict(re.findall(r'TOPIC "(\w+)",(?: 1, true,)? "((?:\\.|[^"\\])*)"', code))
    found = re.search(r'snprintf\(text, sizeof text, "((?:\\.|[^"\\])*)"', code)
    assert found
    texts["num"] = found[1] % (72, 97)
    return {kind: text.replace('\\"', '"') for kind, text in texts.items()}


def good(kind: str, payload: str) -> None:
    """Judge a message as the station does, and its right as the broker does."""
    topic = TOPIC + kind
    got = decode(topic, payload.encode())
    assert isinstance(got, Accepted), got
    assert may("device", "write", topic, site="home", session=topics.LIVE, device=("bed09", "clip"))


def test_the_micropython_program_says_what_the_ward_reads() -> None:
    """Status, description and numbers are what the codec accepts, on topics that it may write."""
    place = micropython()
    good("status", place["status"]("online"))
    good("status", place["status"]("offline"))
    good("meta", place["meta"]())
    good("num", place["num"](*place["measure"]()))
    assert f'TOPIC = "{TOPIC}"' in BOARD


def test_the_arduino_program_says_what_the_ward_reads() -> None:
    """Its strings, as the compiler would put them together, fit buffer and codec."""
    said = arduino()
    assert set(said) == {"status", "meta", "num"}
    for kind, text in said.items():
        good(kind, text)
    assert len(said["num"]) < 128
    assert f'#define TOPIC "{TOPIC}"' in BOARD


def test_the_certificates_lines_make_certificates(tmp_path: Path) -> None:
    """The authority's key has signed, the names stand in it, and Python would trust it."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl on PATH")
    for lines in re.findall(r"```sh\n(.*?)```", SECURE, re.DOTALL):
        done = subprocess.run(["sh", "-ec", lines], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert "DNS:ward.example.org" in done.stdout
    assert ssl.create_default_context(cafile=str(tmp_path / "ca.crt")).get_ca_certs()
    assert not (tmp_path / "broker.key").stat().st_mode & 0o077


def commands() -> list[str]:
    """Return every line of the how-tos that calls ``teleward``."""
    lines = []
    for page in sorted(HOW_TO.glob("*.md")):
        code = "\n".join(re.findall(r"```[a-z]*\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL))
        lines += re.findall(r"(?:^|[/ ])teleward ([a-z][^\n#|<>&]*)", code.replace("\\\n", " "), re.MULTILINE)
    return [line.strip() for line in lines if not line.startswith("&&")]


@pytest.mark.parametrize("line", commands())
def test_every_command_of_the_how_tos_is_one(line: str) -> None:
    """The command exists and knows each option."""
    words = line.split()
    command: Any = typer.main.get_command(app)
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    assert command.name != "teleward", line
    options = {
        option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)
    }
    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= options | {"--help"}, line
