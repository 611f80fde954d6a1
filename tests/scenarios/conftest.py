"""What tests of scenarios share."""

import pytest

from tests.machine_code import for_the_slow


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let slow tests, and what they set up for their file, reckon with machine code."""
    for_the_slow(item)
