"""A real broker for tests: start, kill without warning, start again on the same ports."""

import os
import shutil
from collections.abc import Iterator

import psutil
import pytest

from broker.client import Address
from broker.embedded import EmbeddedBroker, Ports, Program
from tests.free_ports import free_port


class RealBroker:
    """A broker on free ports of this machine."""

    def __init__(self, program: Program) -> None:
        self._broker = EmbeddedBroker(program)
        self.ports: Ports = self._broker.start(free_port(), free_port())

    @property
    def url(self) -> str:
        """The address of the MQTT 5 port, for a command line."""
        return self.ports.url

    @property
    def address(self) -> Address:
        """The address of the MQTT 5 port."""
        return Address.parse(self.url, {})

    def kill(self) -> None:
        """End it as a power cut would."""
        parent = psutil.Process(self._broker.pid)
        for process in (*parent.children(recursive=True), parent):
            process.kill()
        self._broker.stop()

    def restart(self) -> None:
        """Start it again where it was, with nothing remembered."""
        again = self._broker.start(self.ports.mqtt, self.ports.mqtt5)
        assert again == self.ports, "somebody took the port meanwhile"

    def stop(self) -> None:
        """End it politely."""
        self._broker.stop()


def running(program: Program) -> Iterator[RealBroker]:
    """Yield a broker, and stop it; without a mosquitto skip, in CI fail."""
    if program == "mosquitto" and shutil.which("mosquitto") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI needs a mosquitto on PATH")
        pytest.skip("no mosquitto on PATH")
    real = RealBroker(program)
    try:
        yield real
    finally:
        real.stop()
