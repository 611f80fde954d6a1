"""The numbers of simulate: sessions, and how the runner of each does."""

from collections.abc import Callable, Iterator, Mapping

from broker.exposition import Labels, Metric, counter, gauge
from broker.health import Health
from scenarios.orders import Report
from scenarios.session import Session

BEHIND_S = 2.0
"""A runner so much behind its clock cannot follow."""


def watch_sessions(health: Health, sessions: Mapping[str, Session]) -> None:
    """Have ``health`` tell of the sessions that go on."""
    health.watch(lambda: _numbers(sessions), lambda: _troubles(sessions))


def _numbers(sessions: Mapping[str, Session]) -> Iterator[Metric]:
    alive = {name: session for name, session in sessions.items() if session.alive}
    states = [session.record.state for session in alive.values() if session.record is not None]
    yield gauge(
        "sessions",
        "Sessions that are played here.",
        [({"state": state}, states.count(state)) for state in ("running", "paused")],
    )
    lines = [({"session": name}, session.orders.line) for name, session in alive.items()]
    speeds = [(labels, line.speed if line.running else 0.0) for labels, line in lines if line is not None]
    yield gauge("session_speed", "Simulated seconds a second; 0 while paused.", speeds)
    restarts = [({"session": name}, session.restarts) for name, session in alive.items()]
    yield counter("runner_restarts", "How often a session's runner died and was started again.", restarts)
    yield from _runners([({"session": name}, s.report) for name, s in alive.items() if s.report is not None])


def _runners(reports: list[tuple[Labels, Report | None]]) -> Iterator[Metric]:
    there = [(labels, report) for labels, report in reports if report is not None]

    def each(read: Callable[[Report], float]) -> list[tuple[Labels, float]]:
        return [(labels, read(report)) for labels, report in there]

    yield gauge("runner_connections", "Connections its devices should have.", each(lambda r: r.connections))
    yield gauge("runner_connected", "Connections they have.", each(lambda r: r.connected))
    yield gauge(
        "runner_unacknowledged",
        "Promised messages that the broker has not acknowledged.",
        each(lambda r: r.unacknowledged),
    )
    yield counter("runner_messages", "Messages its devices said.", each(lambda r: r.messages))
    yield counter(
        "runner_dropped", "Messages given up: no connection, or no room.", each(lambda r: r.dropped)
    )
    yield gauge("runner_behind_seconds", "By how much it lags behind its clock.", each(lambda r: r.behind_s))
    yield counter(
        "runner_set_back", "How often the clock was set back, late for good.", each(lambda r: r.set_back)
    )
    yield gauge("runner_memory_bytes", "Memory its process uses.", each(lambda r: r.memory_bytes))


def _troubles(sessions: Mapping[str, Session]) -> Iterator[str]:
    for name, session in sessions.items():
        report = session.report
        if not session.alive or report is None:
            continue
        if report.behind_s > BEHIND_S:
            yield f"session {name} lags {report.behind_s:.1f} s behind its clock: the computer cannot follow"
        if not report.connected:
            yield f"session {name}: none of its {report.connections} devices reaches the broker"
