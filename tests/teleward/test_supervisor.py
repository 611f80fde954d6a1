"""A part that dies is named, started again, and given up when it dies too often."""

import asyncio
import os
import signal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teleward.addresses import free_port
from teleward.supervisor import DEATHS, WITHIN_S, Deaths, Part, PartFailedError, Supervisor
from tests.patience import PATIENCE_S


@pytest.mark.slow
@given(gaps=st.lists(st.floats(0, 100), min_size=1, max_size=20))
def test_three_deaths_within_a_minute_are_too_many(gaps: list[float]) -> None:
    """A part is given up exactly when the last three deaths lie within a minute."""
    deaths, now, times = Deaths(), 0.0, []
    for gap in gaps:
        now += gap
        times.append(now)
        given_up = deaths.note(now) is None
        assert given_up == (len([t for t in times[-DEATHS:] if now - t < WITHIN_S]) >= DEATHS)


async def test_a_part_that_cannot_start_is_named_with_its_last_words(tmp_path: Path) -> None:
    """The message holds the part's name, its exit status and what it said."""
    supervisor = Supervisor([Part("station", ["no-such-command"])], tmp_path, lambda _text: None)
    await supervisor.start()
    with pytest.raises(PartFailedError, match=r"station could not start \(exit status 2\)") as failure:
        await supervisor.failure()
    assert "no-such-command" in str(failure.value)
    await supervisor.stop()


async def test_a_part_killed_later_is_told_and_started_again(tmp_path: Path) -> None:
    """After ``kill -9`` a new process runs, and the user has read why."""
    told: list[str] = []
    ports = ["--port", str(free_port(21883)), "--port5", str(free_port(31884))]
    part = Part("broker", ["broker", *ports], ready=True)
    supervisor = Supervisor([part], tmp_path, told.append)
    await supervisor.start()
    assert part.process is not None
    first = part.process.pid
    os.kill(first, signal.SIGKILL)
    async with asyncio.timeout(PATIENCE_S):
        while part.process.pid == first:
            await asyncio.sleep(0.01)
    assert "broker ended (signal SIGKILL)" in told[0]
    assert part.process.returncode is None
    await supervisor.stop()
    assert part.process.returncode is not None


def test_a_taken_port_means_the_next_free_one() -> None:
    """A port somebody listens on is passed over."""
    import socket  # noqa: PLC0415 -- only here

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        assert free_port(number) > number
