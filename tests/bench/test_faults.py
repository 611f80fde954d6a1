"""The fault runner at a small size, and that it would see a loss."""

import argparse
import asyncio
import json
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bench.faults import arguments, run
from bench.faults.acts import Trainee
from bench.faults.ledger import compare
from bench.faults.servers import Server
from bench.faults.shift import Outcome
from tests.patience import PATIENCE_S
from tests.real_influx import influxd


def shift(data: Path, *words: str) -> dict[str, Any]:
    """Return the rows of a short shift."""
    parser = argparse.ArgumentParser()
    arguments(parser)
    options = parser.parse_args(
        ["--duration", "15", "--seed", "3", "--beds", "4", "--data", str(data), *words]
    )
    return {row["case"]: row["value"] for row in run(options)}


def all_is_there(rows: dict[str, Any], kills: int) -> None:
    """Check that so many were killed, that something was promised and that it is stored once."""
    assert rows["lost of what is promised"] == 0
    assert sum(value for case, value in rows.items() if case.endswith(": killed")) == kills
    for who in ("careful sensors", "simulated devices", "acts answered"):
        assert rows[f"{who}: promised"] > 0
        assert rows[f"{who}: stored twice"] == 0


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_killed_parts_lose_nothing_that_is_promised(tmp_path: Path) -> None:
    """Parts killed one after the other, cut connections, store and disk taken away: all is stored once."""
    all_is_there(shift(tmp_path, "--kills", "8"), 8)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(influxd() is None, reason="no influxd of 2.7 or later on PATH")
def test_a_killed_influxdb_loses_nothing_that_is_promised(tmp_path: Path) -> None:
    """The same with InfluxDB, which is killed too."""
    rows = shift(tmp_path, "--kills", "6", "--store", "influx", "--parts", "store", "station", "simulate")
    all_is_there(rows, 6)
    assert rows["store: killed"] > 0


async def test_a_server_that_is_let_go_has_ended(tmp_path: Path) -> None:
    """Slow to stop as it may be: whoever cancels it waits for that."""
    slow = "import signal, time; signal.signal(15, lambda *_: (time.sleep(0.3), exit(7))); print(1, flush=1)"
    server = Server([sys.executable, "-c", f"{slow}; time.sleep(99)"], tmp_path / "log")
    running = asyncio.create_task(server.run())
    async with asyncio.timeout(PATIENCE_S):
        while not (tmp_path / "log").exists() or not (tmp_path / "log").read_text():
            await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert server.process is not None
    assert server.process.returncode is not None


def test_what_is_no_part_cannot_be_killed(tmp_path: Path) -> None:
    """SQLite is a file; whoever asks for its death is told."""
    with pytest.raises(SystemExit, match="no part to kill named store"):
        shift(tmp_path, "--parts", "store")


def test_an_act_is_said_again_until_it_is_answered_and_remembered_then() -> None:
    """The runner compares what the trainee remembers: answered acts, each once, by kind and id."""
    trainee = Trainee(random.Random(1))
    assert trainee.next() is None
    trainee.see({"k": "state", "beds": {"bed01": {"alarms": {"hr-high": {"presence": "On", "seq": 3}}}}})
    said = [json.loads(trainee.next() or "{}") for _ in range(20)]
    assert trainee.next() is None
    assert [json.loads(act) for act in trainee.again()] == said
    for act in said:
        trainee.see({"k": "done", "id": act["id"], "ok": act["do"] != "note"})
        trainee.see({"k": "done", "id": act["id"], "ok": True})
    assert not trainee.waiting
    assert trainee.refused == sum(act["do"] == "note" for act in said)
    assert [ident for _, ident in trainee.recorded] == [a["id"] for a in said if a["do"] != "note"]
    assert all(act["seq"] == 3 for act in said if act["do"] == "ack")


def test_a_loss_is_seen() -> None:
    """What is not held counts, of plain sensors only where no broker was killed."""
    one, two = (("bed90", "probe-0", "hr", "ab", seq) for seq in (1, 2))
    tally = compare([one, two], Counter({one: 2}))
    assert (tally.missing, tally.doubled) == ([two], 1)
    assert Outcome(tallies={"plain sensors": tally}).lost == 1
    assert Outcome(tallies={"plain sensors": tally}, kills=Counter(broker=1)).lost == 0
    assert Outcome(tallies={"careful sensors": tally}, kills=Counter(broker=1)).lost == 1
