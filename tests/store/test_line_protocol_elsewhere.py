"""Our line protocol is line protocol: another real server takes it. VictoriaMetrics, write path only."""

import json
import shutil
import subprocess
from array import array
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from broker.store import influx_lines as lines
from broker.store.influx_address import InfluxAddress
from broker.store.influx_server import Server
from broker.store.protocol import Entry, Observation, WaveBlock
from tests.free_ports import free_port
from tests.patience import PATIENCE_S
from tests.real_influx import wait_healthy

T = 1_768_469_400_000


@pytest.fixture
def victoria(tmp_path: Path) -> Iterator[str]:
    """Start a VictoriaMetrics; give its address."""
    command = shutil.which("victoria-metrics")
    if command is None:
        pytest.skip("no victoria-metrics on PATH (apt-get install victoria-metrics)")
    port = free_port()
    options = [
        f"-httpListenAddr=127.0.0.1:{port}",
        f"-storageDataPath={tmp_path / 'data'}",
        "-retentionPeriod=100y",
    ]
    with (tmp_path / "log").open("wb") as log, subprocess.Popen([command, *options], stderr=log) as process:
        try:
            wait_healthy(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


@pytest.mark.slow
def test_victoria_metrics_takes_what_we_write(victoria: str) -> None:
    """Every value of an hour arrives under its tags, at its millisecond; what is no number does no harm."""
    values = [60.0 + n % 20 for n in range(3600)]
    observations = [
        Observation("s-1", "bed01", "my oximeter, left", "spo2", T + 1000 * n, "ab", n, v, "%", received=T)
        for n, v in enumerate(values)
    ]
    block = WaveBlock(
        "s-1", "bed01", "patch", "ecg_ii", T, "ab", 1, 0, 250.0, "mV", 0.005, 0.0, "Vld",
        array("i", range(50)).tobytes(),
    )  # fmt: skip
    note = Entry("s-1", "bed01", "note", "", T, "a-1", b'{"text":"a \\"word\\", and = \\n"}')
    server = Server(InfluxAddress(victoria, "-", "-", "-"))
    body = [*(line for _, line in lines.observations(observations)), lines.wave(block), lines.entry(note, 1)]
    assert server.write("-", body) == 0
    httpx.get(f"{victoria}/internal/force_flush", timeout=PATIENCE_S)
    asked: dict[str, str | float] = {"match[]": 'num_spo2{session="s-1"}', "start": 0, "end": 4e9}
    found = httpx.get(f"{victoria}/api/v1/export", params=asked, timeout=PATIENCE_S)
    (series,) = [json.loads(line) for line in found.text.splitlines()]
    assert series["metric"]["device"] == "my oximeter, left"
    assert series["values"] == values
    assert series["timestamps"] == [o.t for o in observations]
