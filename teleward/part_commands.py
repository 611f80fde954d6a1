"""The commands that run one part of a ward."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from teleward.given import address, fail, places, playable, say
from teleward.options import (
    Beds,
    Broker,
    Data,
    Host,
    MetricsHost,
    MetricsPort,
    Port,
    Seed,
    Site,
    Speed,
    StoreUrl,
)
from teleward.settings import PAGE_PORT, data_path

if TYPE_CHECKING:
    from teleward.child import Asked


def station(
    broker: Broker = None,
    store: StoreUrl = None,
    site: Site = "home",
    data: Data = None,
    member: Annotated[
        str | None, typer.Option(help="Share the work of ingest with others, under a name of one's own.")
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch/--no-watch", help="Watch as well; one station of a site does.")
    ] = True,
    metrics_port: MetricsPort = None,
    metrics_host: MetricsHost = "127.0.0.1",
) -> None:
    """Validate and store what comes in; watch over presence, NEWS2 and alarms."""
    from broker.station.service import Part, run
    from broker.topics import is_name
    from teleward import claim
    from teleward.child import run_part
    from teleward.claim import TakenError, claimed, place

    where = places(site, broker, store, data)
    if member is not None and not is_name(member):
        raise fail(f"--member {member!r}: use up to 32 of a-z, 0-9 and -")
    if member is None and not watch:
        raise fail("--no-watch: a second station needs a --member name, and so does the first")
    parts: tuple[Part, ...] = ("ingest", "watch") if watch else ("ingest",)
    asked = _asked("station", site, metrics_host, metrics_port)
    us = address(where.broker, "station")
    try:
        with claimed(place(where.data, member), claim.PATIENCE_S):
            work = run(
                us, where.store, site, parts=parts, data_dir=where.data, member=member, health=asked.health
            )
            run_part("station", work, asked)
    except TakenError as taken:
        raise fail(f"{taken}: stop it, or give another --data") from None


def simulate(
    broker: Broker = None,
    store: StoreUrl = None,
    site: Site = "home",
    data: Data = None,
    scenario: Annotated[
        str | None, typer.Option(help="Start with this scenario of the library, or YAML file.")
    ] = None,
    beds: Beds = None,
    speed: Speed = 1.0,
    seed: Seed = None,
    fresh: Annotated[
        bool, typer.Option("--fresh/--resume", help="End sessions still running, or take them up again.")
    ] = False,
    metrics_port: MetricsPort = None,
    metrics_host: MetricsHost = "127.0.0.1",
) -> None:
    """Conduct sessions: play scenarios, answer the instructor."""
    from scenarios.conductor import run
    from teleward.child import run_part

    where = places(site, broker, store, data)
    asked = _asked("simulate", site, metrics_host, metrics_port)
    work = run(
        address(where.broker, "conductor"),
        where.store,
        site,
        start=_start(scenario, beds, seed, speed) if scenario else None,
        fresh=fresh,
        data_dir=where.data,
        health=asked.health,
    )
    run_part("simulate", work, asked)


def _start(scenario: str, beds: int | None, seed: int | None, speed: float) -> Any:  # noqa: ANN401 -- lazily imported
    from scenarios.conductor import StartRequest
    from scenarios.library import names

    wish = {"scenario": scenario} if scenario in names() else {"text": playable(scenario)}
    return StartRequest(**wish, beds=beds, seed=seed, speed=speed)


def dashboard(
    broker: Broker = None,
    store: StoreUrl = None,
    site: Site = "home",
    data: Data = None,
    host: Host = "127.0.0.1",
    port: Port = PAGE_PORT,
    metrics_port: MetricsPort = None,
    metrics_host: MetricsHost = "127.0.0.1",
) -> None:
    """Serve the pages."""
    from dashboard.service import run
    from teleward.child import run_part

    where = places(site, broker, store, data)
    asked = _asked("dashboard", site, metrics_host, metrics_port)
    us = address(where.broker, "dashboard")
    work = run(us, where.store, site, host, port, data_dir=where.data, health=asked.health)
    run_part("dashboard", work, asked)


def _asked(part: str, site: str, host: str, port: int | None) -> "Asked":
    from broker.health import Health
    from teleward.child import Asked

    return Asked(Health(part, site), host, port)


def replay(
    record: Annotated[Path, typer.Argument(help="A WFDB record, with or without .hea")],
    bed: Annotated[str, typer.Option(help="The bed it appears in, such as bed09.")],
    loop: Annotated[bool, typer.Option("--loop", help="Begin anew at its end.")] = False,
    names: Annotated[
        list[str] | None,
        typer.Option("--as", metavar="NAME=METRIC", help="What a signal is, such as CH1=ecg_ii. Repeatable."),
    ] = None,
    device: Annotated[str | None, typer.Option(help="Name of the device; default rec-RECORD.")] = None,
    broker: Broker = None,
    site: Site = "home",
) -> None:
    """Publish a recording through the same topics as a sensor, live, at its own rate."""
    from devices.gateways.replay import RecordingError
    from devices.gateways.replay import replay as play
    from teleward.child import run_part

    pairs = [pair.partition("=") for pair in names or ()]
    if wrong := [name for name, equals, metric in pairs if not (name and equals and metric)]:
        raise fail(f"--as {wrong[0]}: use NAME=METRIC, such as CH1=ecg_ii")
    wishes = {name: metric for name, _, metric in pairs}
    try:
        us = address(broker, "runner", data_path())
        work = play(us, record, bed=bed, site=site, loop=loop, device=device, names=wishes, say=say)
        run_part("replay", work)
    except (RecordingError, ValueError) as error:
        raise fail(str(error)) from error
