"""Real recordings for tests; without them a test is skipped, and says how to get them."""

from pathlib import Path

import pytest

from bench.detect import recordings


def recording(name: str) -> Path:
    """Return the path of record ``name`` without extension, or skip the test."""
    folder = recordings()
    if folder is None or not (folder / f"{name}.hea").exists():
        pytest.skip(f"no record {name}: set TELEWARD_RECORDINGS to a folder with it (PhysioNet has it)")
    return folder / name
