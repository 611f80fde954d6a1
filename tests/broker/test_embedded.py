"""The embedded broker as a process: ports, its end, its parent's end."""

import asyncio
import socket
import subprocess
import sys
from contextlib import closing

import psutil
import pytest

from broker.embedded import HOST, BrokerUnavailableError, EmbeddedBroker, Ports, free_port, serve
from tests.patience import PATIENCE_S
from tests.real_broker import RealBroker

pytestmark = pytest.mark.slow


def answers(port: int) -> bool:
    """Say whether something listens on ``port``."""
    try:
        socket.create_connection((HOST, port), 1).close()
    except OSError:
        return False
    return True


def test_both_ports_answer_until_it_is_stopped(each_broker: RealBroker) -> None:
    """Start returns when one can connect; stop frees the ports, and twice is once."""
    ports = each_broker.ports
    assert answers(ports.mqtt)
    assert answers(ports.mqtt5)
    each_broker.stop()
    each_broker.stop()
    assert not answers(ports.mqtt)
    assert not answers(ports.mqtt5)


def test_it_listens_on_the_loopback_interface_only(each_broker: RealBroker) -> None:
    """A broker that knows no roles is not for the network."""
    parent = psutil.Process(each_broker._broker.pid)
    listening = {
        connection.laddr.ip
        for process in (parent, *parent.children(recursive=True))
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {HOST}


def test_a_taken_port_means_the_next_free_one() -> None:
    """Two wards on one computer get two brokers."""
    with closing(socket.socket()) as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        broker = EmbeddedBroker()
        try:
            ports = broker.start(port, port)
            assert len({port, ports.mqtt, ports.mqtt5}) == 3
            assert port < ports.mqtt < ports.mqtt5 < port + 100
        finally:
            broker.stop()


@pytest.mark.parametrize("program", ["iotcore", "mosquitto"])
@pytest.mark.usefixtures("mosquitto")  # skips where there is none
def test_it_ends_when_its_parent_is_killed(program: str) -> None:
    """Not even SIGKILL of the program leaves a broker behind."""
    code = (
        "from broker.embedded import EmbeddedBroker\n"
        f"ports = EmbeddedBroker({program!r}).start(0, 0)\n"
        "print(ports.mqtt5, flush=True)\n"
        "input()\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with parent:
        assert parent.stdout
        port = int(parent.stdout.readline())
        children = psutil.Process(parent.pid).children(recursive=True)
        assert answers(port)
        parent.kill()
    _, alive = psutil.wait_procs(children, timeout=PATIENCE_S)
    assert not alive
    assert not answers(port)


async def test_serving_ends_with_the_brokers_own_end_and_says_how() -> None:
    """A broker that dies is noticed, with its exit status."""
    announced: list[Ports] = []
    before = set(psutil.Process().children())
    task = asyncio.create_task(serve(0, 0, announce=announced.append))
    async with asyncio.timeout(PATIENCE_S):
        while not announced:
            await asyncio.sleep(0.005)
        (child,) = set(psutil.Process().children()) - before
        child.kill()
        assert await task == -9


async def test_a_cancelled_service_leaves_nothing_behind() -> None:
    """Ctrl-C stops the broker."""
    announced: list[Ports] = []
    task = asyncio.create_task(serve(0, 0, announce=announced.append))
    async with asyncio.timeout(PATIENCE_S):
        while not announced:
            await asyncio.sleep(0.005)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not answers(announced[0].mqtt5)


def test_without_any_broker_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """No wheel and no mosquitto: the message names both ways out."""
    monkeypatch.setattr("broker.embedded.available", lambda: None)
    with pytest.raises(BrokerUnavailableError, match=r"install mosquitto.*--broker"):
        EmbeddedBroker().start()


def test_a_broker_whose_port_was_taken_meanwhile_does_not_share_it() -> None:
    """Its process ends and says why; else two wards would hear each other."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        command = [sys.executable, "-m", "broker.iotcore_child", "none.toml", "0", port]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as child:
            assert child.wait(PATIENCE_S) == 1
            assert child.stderr is not None
            assert f"port {port} is taken" in child.stderr.read().decode()


def test_free_ports_differ() -> None:
    """The second port is never the first."""
    first = free_port(0)
    assert free_port(first, but=first) > first
