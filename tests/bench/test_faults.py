"""The fault runner at a small size, and that it would see a loss."""

import argparse
from collections import Counter
from pathlib import Path

import pytest

from bench.faults import run
from bench.faults.ledger import compare
from bench.faults.shift import PARTS, Outcome


@pytest.mark.slow
@pytest.mark.xdist_group("ward")
@pytest.mark.timeout(300)
def test_killed_parts_lose_nothing_that_is_promised(tmp_path: Path) -> None:
    """Eight parts killed within half a minute, cut connections, a locked store: all is stored once."""
    options = argparse.Namespace(
        kills=8, duration=30.0, seed=3, broker="iotcore", beds=4, parts=PARTS, data=tmp_path
    )
    rows = {row["case"]: row["value"] for row in run(options)}
    assert rows["lost of what is promised"] == 0
    assert sum(value for case, value in rows.items() if case.endswith(": killed")) == 8
    assert rows["careful sensors: promised"] > 0
    assert rows["simulated devices: promised"] > 0
    assert rows["simulated devices: stored twice"] == 0


def test_a_loss_is_seen() -> None:
    """What is not held counts, of plain sensors only where no broker was killed."""
    one, two = (("bed90", "probe-0", "hr", "ab", seq) for seq in (1, 2))
    tally = compare([one, two], Counter({one: 2}))
    assert (tally.missing, tally.doubled) == ([two], 1)
    assert Outcome(tallies={"plain sensors": tally}).lost == 1
    assert Outcome(tallies={"plain sensors": tally}, kills=Counter(broker=1)).lost == 0
    assert Outcome(tallies={"careful sensors": tally}, kills=Counter(broker=1)).lost == 1
