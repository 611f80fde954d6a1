"""What tests of the command line share."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def shared() -> Iterator[Path]:
    """Give a folder that every user may look into."""
    with tempfile.TemporaryDirectory(prefix="doctor-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
