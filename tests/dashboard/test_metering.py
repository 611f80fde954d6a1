"""What the dashboard says of itself, and that its page does not."""

import threading
from collections.abc import Callable

import pytest

from broker import topics
from broker.clock import SystemClock
from broker.health import Health
from broker.packets import Outgoing
from dashboard.context import Role
from dashboard.metering import watch_pages
from tests.exposition import read
from tests.real_dashboard import DEADLINE_S, SITE, Running, heard, play


@pytest.fixture
def health(page: Running) -> Health:
    """Give what the running dashboard would say."""
    made = Health("dashboard", SITE)
    made.watch_link("dashboard", page.dashboard.link)
    watch_pages(made, page.dashboard.live, page.dashboard.broadcast, page.dashboard.acts)
    return made


def numbers(health: Health, name: str) -> dict[str, float]:
    """Return a number by its labels' values."""
    values = read(health.metrics())[f"teleward_{name}"].values
    return {" ".join(value for _, value in labels): n for labels, n in values.items()}


def until(true: Callable[[], bool]) -> None:
    """Wait until ``true`` holds."""
    clock, pause = SystemClock(), threading.Event()
    end = clock.monotonic() + DEADLINE_S
    while not true():
        assert clock.monotonic() < end
        pause.wait(0.02)


def test_open_pages_are_counted_by_role(page: Running, session: str, health: Health) -> None:
    """While they are open, and no longer."""
    play(page, session)
    assert health.troubles() == []
    before = numbers(health, "viewers")
    socket = page.stream(f"/stream?session={session}", page.cookie("trainee", session))
    heard(socket, lambda said: said["k"] == "state")
    assert numbers(health, "viewers") == {**before, "trainee": before["trainee"] + 1}
    until(lambda: numbers(health, "sessions")[""] >= 1)
    socket.close()
    until(lambda: numbers(health, "viewers") == before)


def test_what_it_does_not_understand_is_counted(page: Running, session: str, health: Health) -> None:
    """A message that is not what its topic says."""
    before = numbers(health, "messages_rejected_total")[""]
    topic = topics.device(SITE, session, "bed01", "patch", "num")
    page.call(_send(page, Outgoing(topic, b"{", 1)))
    until(lambda: numbers(health, "messages_rejected_total")[""] > before)


async def _send(page: Running, out: Outgoing) -> None:
    page.link.send(out)


@pytest.mark.parametrize("role", [None, "trainee", "instructor"])
def test_the_page_serves_no_numbers(page: Running, session: str, role: Role | None) -> None:
    """To nobody, whatever they are."""
    cookies = page.cookie(role, session) if role else {}
    said = page.client(cookies).get("/metrics")
    assert "teleward_" not in said.text
    assert "text/plain; version" not in said.headers.get("content-type", "")
