"""How several workers share the tests: by files, the longest first, and whole wards one after the other.

A file's tests stay together, so that what they share is set up once. Whole wards never play beside each
other: two on a small machine would wait for each other. pytest-xdist's own groups would say as much, but
from pytest 9.2 on they are ignored without a word (pytest-xdist's issue 1386).
"""

from collections.abc import Iterable
from typing import Final

import pytest
from xdist.scheduler import LoadScopeScheduling

WARDS: Final = (
    "tests/end_to_end/",
    "tests/bench/test_faults.py",
    "tests/compose/test_processes.py",
    "tests/teleward/test_doctor_ward.py",
)
LONGEST_FIRST: Final = (
    *WARDS,
    "tests/devices/test_lives.py",
    "tests/deploy/test_grafana.py",
    "tests/devices/test_treatments.py",
    "tests/scenarios/test_library.py",
    "tests/broker/test_contract.py",
    "tests/devices/test_insults.py",
    "tests/dashboard/test_pages.py",
    "tests/scenarios/test_conductor.py",
    "tests/dashboard/test_requests.py",
    "tests/dashboard/test_layout.py",
    "tests/station/",
    "tests/store/",
)
"""What waits for wards goes beside what reckons, so far as that can be had; the rest fills the gaps.

Grafana's choices are asked for before the stores' tests have left a hundred buckets: InfluxDB 2 then now
and then finds none of those that a token may see.
"""


def share(nodeid: str) -> str:
    """Name the share that a test belongs to: its file, or all wards."""
    file = nodeid.partition("::")[0]
    return "wards" if file.startswith(WARDS) else file


def turn(nodeid: str) -> int:
    """Say when a test's turn comes: a lower number is earlier."""
    return next((i for i, path in enumerate(LONGEST_FIRST) if nodeid.startswith(path)), len(LONGEST_FIRST))


def in_turn(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Return tests in the order in which workers take them; of one turn they stay as they are."""
    return sorted(items, key=lambda item: turn(item.nodeid))


class Shares(LoadScopeScheduling):  # type: ignore[misc] # published without types
    """Give a whole share to one worker."""

    def __init__(self, config: pytest.Config, log: object) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False  # it would begin with the most tests, not with the longest

    def _split_scope(self, nodeid: str) -> str:
        return share(nodeid)
