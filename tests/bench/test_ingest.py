"""The ingest benchmark at a small size: what it claims to show, it shows."""

import argparse

import pytest

from bench.ingest import run


@pytest.mark.slow
def test_everything_sent_is_in_the_store() -> None:
    """Numerics and wave blocks: nothing lost, beside the store fed directly."""
    rows = list(run(argparse.Namespace(beds=10, seconds=40, store=None, program=None)))
    assert [row["value"] for row in rows if row["case"].endswith("lost")] == [0, 0]
    assert all(row["ratio"] > 0 for row in rows if "peer" in row)
