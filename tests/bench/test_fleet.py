"""The fleet benchmark at a small size: what it claims to show, it shows."""

import argparse

import pytest

from bench.fleet import arguments, run


@pytest.mark.slow
def test_a_small_fleet_loses_nothing() -> None:
    """Gateways into the store, devices of their own, and waves to a subscriber that counts."""
    parser = argparse.ArgumentParser()
    arguments(parser)
    few = ["--patients", "40", "--devices", "4", "--beds", "0", "--waves", "4", "--seconds", "2"]
    rows = list(run(parser.parse_args(few)))
    lost = [row["value"] for row in rows if "lost" in row["case"]]
    assert len(lost) == 3
    assert not any(lost)
    assert all(row["value"] > 0 for row in rows if "stored" in row["case"] or "said" in row["case"])
