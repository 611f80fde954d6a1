"""The broker that needs no server: iotcore in a child process, or a ``mosquitto`` found on PATH.

It listens on the loopback interface only, since it knows no roles.
"""

import asyncio
import contextlib
import importlib.util
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

HOST: Final = "127.0.0.1"
READY_S: Final = 10.0
Program = Literal["iotcore", "mosquitto"]


class BrokerUnavailableError(Exception):
    """No broker can be started here; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the broker listens: ``mqtt`` speaks 3.1.1 and 5 (sensors), ``mqtt5`` MQTT 5 (ours)."""

    mqtt: int
    mqtt5: int
    program: Program = "iotcore"

    @property
    def url(self) -> str:
        """The address for ``Address.parse``."""
        return f"mqtt://{HOST}:{self.mqtt5}"


class EmbeddedBroker:
    """A broker in a child process that dies with its parent and stops cleanly."""

    def __init__(self, program: Program | None = None) -> None:
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, mqtt_port: int = 1883, mqtt5_port: int = 1884) -> Ports:
        """Start, and return once both ports answer. A taken port means the next free one, 0 any.

        Raises ``BrokerUnavailableError``.
        """
        program = self._program or available()
        if program is None:
            raise BrokerUnavailableError(
                "iotcore has no build for this machine and no mosquitto is on PATH: install mosquitto,"
                " or give the address of a broker with --broker mqtt://host:port"
            )
        for _ in range(5):  # another program may take a port between our look and the broker's bind
            mqtt = free_port(mqtt_port)
            ports = Ports(mqtt, free_port(mqtt5_port, but=mqtt), program)
            if self._start(ports):
                return ports
        raise BrokerUnavailableError(f"{program} does not start on ports near {mqtt_port} and {mqtt5_port}")

    def _start(self, ports: Ports) -> bool:
        with tempfile.TemporaryDirectory(prefix="teleward-broker-") as folder:
            path = Path(folder, "broker.toml")  # iotcore goes by the ending
            path.write_text(_CONFIGURATIONS[ports.program](ports), encoding="utf-8")
            command = _COMMANDS[ports.program](str(path), ports)
            # Its parent is this process: the closing of this pipe ends it, whatever happens to us.
            self._process = subprocess.Popen(  # noqa: S603 -- our own interpreter and files
                command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            if all(_answers(port, self._process) for port in (ports.mqtt, ports.mqtt5)):
                return True
        self.stop()
        return False

    @property
    def pid(self) -> int | None:
        """The process id of the child, ``None`` when there is none."""
        return self._process.pid if self._process else None

    def wait(self) -> int:
        """Block until the broker ends; return its exit status."""
        return self._process.wait() if self._process else 0

    def poll(self) -> int | None:
        """Return the exit status, ``None`` while the broker runs."""
        return self._process.poll() if self._process else 0

    def stop(self) -> None:
        """Stop; the ports are free afterwards. Safe to call twice."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def available() -> Program | None:
    """Return which broker can be started here, the embedded one first."""
    if importlib.util.find_spec("iotcore") is not None:
        return "iotcore"
    return "mosquitto" if shutil.which("mosquitto") else None


async def serve(
    mqtt_port: int = 1883, mqtt5_port: int = 1884, *, announce: Callable[[Ports], None] = lambda _: None
) -> int:
    """Run a broker until it ends or this is cancelled; return its exit status."""
    broker = EmbeddedBroker()
    try:
        announce(await asyncio.to_thread(broker.start, mqtt_port, mqtt5_port))
        ended = asyncio.get_running_loop().create_future()
        threading.Thread(target=_report, args=(broker, ended), daemon=True).start()
        return int(await ended)
    finally:
        broker.stop()


def _report(broker: EmbeddedBroker, ended: "asyncio.Future[int]") -> None:
    status = broker.wait()

    def tell() -> None:
        if not ended.done():
            ended.set_result(status)

    with contextlib.suppress(RuntimeError):  # the loop is closed already
        ended.get_loop().call_soon_threadsafe(tell)


def free_port(wanted: int, but: int = 0) -> int:
    """Return the first free port from ``wanted`` on (0: any), other than ``but``."""
    for port in _candidates(wanted):
        with socket.socket() as probe:
            if sys.platform != "win32":  # there it would let two programs share a port
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind((HOST, port))
                found = int(probe.getsockname()[1])
                if found != but:
                    return found
    raise BrokerUnavailableError(f"no free port from {wanted} on")


def _candidates(wanted: int) -> Iterator[int]:
    yield from range(wanted, min(wanted + 100, 65536)) if wanted else [0] * 10


def _answers(port: int, process: subprocess.Popen[bytes]) -> bool:
    deadline = threading.Event()
    timer = threading.Timer(READY_S, deadline.set)
    timer.start()
    try:
        while not deadline.is_set() and process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection((HOST, port), 0.2):
                return True
            deadline.wait(0.01)
    finally:
        timer.cancel()
    return False


def _iotcore(ports: Ports) -> str:
    # The engine keeps a log per subscription filter, of segments times size; what falls out of it
    # before a subscriber took it is gone without a word. 8 MB are 80 s of a full ward's numerics, or
    # eleven minutes of eight beds', for a station that is away. Tried: smaller segments lose messages
    # to live subscribers; 32 MB pin 250 MB more, since a kept numeric holds on to the waves that were
    # read with it; the defaults grow by 0.5 GB in a million messages and take payloads up to 20 KB.
    head = (
        "id = 0\n[router]\nid = 0\nmax_connections = 10000\nmax_outgoing_packet_count = 1000\n"
        "max_segment_size = 4194304\nmax_segment_count = 2\n"
    )
    return head + (
        f'[v5.1]\nname = "v5"\nlisten = "{HOST}:{ports.mqtt5}"\nnext_connection_delay_ms = 0\n'
        "[v5.1.connections]\nconnection_timeout_ms = 60000\nmax_payload_size = 1048576\n"
        "max_inflight_count = 5000\ndynamic_filters = true\n"
    )


def _mosquitto(ports: Ports) -> str:
    return (
        f"listener {ports.mqtt} {HOST}\nlistener {ports.mqtt5} {HOST}\nallow_anonymous true\n"
        "persistence false\nset_tcp_nodelay true\nmax_inflight_messages 0\nmax_queued_messages 100000\n"
        "message_size_limit 1048576\nlog_type error\n"
    )


_CONFIGURATIONS: Final[dict[Program, Callable[[Ports], str]]] = {
    "iotcore": _iotcore,
    "mosquitto": _mosquitto,
}
_COMMANDS: Final[dict[Program, Callable[[str, Ports], list[str]]]] = {
    "iotcore": lambda path, ports: [
        sys.executable, "-m", "broker.iotcore_child", path, str(ports.mqtt), str(ports.mqtt5),
    ],
    "mosquitto": lambda path, _ports: [
        sys.executable, "-m", "broker.child", shutil.which("mosquitto") or "mosquitto", "-c", path,
    ],
}  # fmt: skip
