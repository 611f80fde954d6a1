"""What simulate says of itself, while its runner is killed and its broker gone."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from broker.health import Health
from scenarios.conductor import StartRequest, run
from tests.exposition import read
from tests.real_broker import RealBroker
from tests.scenarios.conducted import SITE, STORY, runners
from tests.station.conftest import eventually

pytestmark = pytest.mark.slow


def number(health: Health, name: str) -> float:
    """Return a number, over all its labels; 0 while there is none."""
    found = read(health.metrics()).get(f"teleward_{name}")
    return sum(found.values.values()) if found else 0


async def test_sessions_and_their_runners_are_told_of(broker: RealBroker, tmp_path: Path) -> None:
    """How many devices are connected, what they said, that a runner died, that none reaches the broker."""
    health = Health("simulate", SITE)
    start = StartRequest(text=STORY, seed=3)
    work = asyncio.create_task(
        run(broker.address, str(tmp_path / "s.sqlite"), SITE, start=start, data_dir=tmp_path, health=health)
    )
    try:
        await eventually(lambda: number(health, "runner_messages_total") > 0)
        await eventually(lambda: number(health, "runner_connected") == 4)
        assert number(health, "runner_connections") == 4  # three devices, and the session's own
        assert number(health, "runner_memory_bytes") > 10_000_000
        assert number(health, "sessions") == number(health, "session_speed") == 1
        assert number(health, "runner_restarts_total") == 0
        runners()[0].kill()
        await eventually(lambda: number(health, "runner_restarts_total") == 1)
        await eventually(lambda: health.troubles() == [] and number(health, "runner_connected") == 4)
        broker.kill()
        for words in ("devices reaches the broker", "conductor has no connection"):
            await eventually(lambda words=words: any(words in t for t in health.troubles()))  # type: ignore[misc]
    finally:
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
