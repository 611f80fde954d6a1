"""The command line. Heavy parts are imported only by the command that needs them."""

import asyncio
import contextlib
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from teleward.broker import app as broker_app
from teleward.influx import app as influx_app
from teleward.options import (
    Beds,
    Broker,
    Data,
    Host,
    MetricsHost,
    MetricsPort,
    Port,
    Scenario,
    Seed,
    Site,
    Speed,
    StoreUrl,
)
from teleward.session_commands import app as session_app
from teleward.settings import (
    MQTT5_PORT,
    PAGE_PORT,
    Places,
    data_directory,
    default_store,
    signing_key,
)

if TYPE_CHECKING:
    from teleward.child import Asked

app = typer.Typer(
    name="teleward",
    help="A virtual ward for training. Never for the care of a patient.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.add_typer(broker_app, name="broker")
app.add_typer(influx_app, name="influx")
app.add_typer(session_app, name="session")


def say(text: str) -> None:
    """Tell the user something at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def fail(text: str) -> typer.Exit:
    """Tell the user what is wrong; raise what this returns."""
    sys.stderr.write(f"teleward: {text}\n")
    return typer.Exit(2)


def _places(site: str, broker: str | None, store: str | None, data: Path | None) -> Places:
    from broker.topics import is_name

    if not is_name(site):
        raise fail(f"--site {site!r}: use up to 32 of a-z, 0-9 and -")
    directory = data_directory(data)
    signing_key(directory)
    places = Places(
        site, broker or f"mqtt://127.0.0.1:{MQTT5_PORT}", store or default_store(directory), directory
    )
    _must_be_addresses(places)
    return places


def _must_be_addresses(places: Places) -> None:
    from broker.address import Address
    from broker.store import check_url

    try:
        Address.parse(places.broker)
        check_url(places.store)
    except ValueError as error:
        raise fail(str(error)) from None


@app.command()
def up(
    scenario: Scenario = "first-look",
    beds: Beds = None,
    speed: Speed = 1.0,
    seed: Seed = None,
    host: Host = "127.0.0.1",
    port: Port = PAGE_PORT,
    broker: Broker = None,
    store: StoreUrl = None,
    site: Site = "home",
    data: Data = None,
    duration: Annotated[float | None, typer.Option(min=1, help="Stop after so many seconds.")] = None,
    open_page: Annotated[bool | None, typer.Option("--open/--no-open", help="Open the page.")] = None,
    metrics_port: Annotated[
        int | None,
        typer.Option(
            envvar="TELEWARD_METRICS_PORT",
            min=1,
            max=65533,
            help="Answer /metrics and /healthz: station here, simulate on the next port, dashboard after it.",
        ),
    ] = None,
) -> None:
    """Start broker, simulation, station and page; print where to look; stop with Ctrl-C."""
    from teleward import up as ward

    say(f"\n  Teleward    {ward.BANNER}\n")
    address, embedded = ward.choose_ports(broker)
    places = _places(site, address, store, data)
    _playable(scenario)
    if (other := ward.taken(metrics_port)) is not None:
        raise fail(f"--metrics-port {metrics_port}: somebody listens on {other} already")
    chosen = ward.free_port(port, host)
    if chosen != port:
        say(f"  port {port} is taken; the page is on {chosen}")
    look = sys.stdout.isatty() if open_page is None else open_page
    wish = ward.Wish(scenario, beds, speed, seed, host, chosen, duration, look, metrics_port)
    raise typer.Exit(_interruptible(ward.up(places, wish, embedded, say)))


def _interruptible(work: Any) -> int:  # noqa: ANN401 -- any coroutine
    async def run() -> int:
        task = asyncio.ensure_future(work)
        loop = asyncio.get_running_loop()
        if sys.platform != "win32":
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                loop.add_signal_handler(number, task.cancel)
        try:
            return int(await task)
        except asyncio.CancelledError:
            return 0

    with contextlib.suppress(KeyboardInterrupt):
        return asyncio.run(run())
    return 0


@app.command()
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
    from broker.client import Address
    from broker.station.service import Part, run
    from broker.topics import is_name
    from teleward.child import run_part

    places = _places(site, broker, store, data)
    if member is not None and not is_name(member):
        raise fail(f"--member {member!r}: use up to 32 of a-z, 0-9 and -")
    if member is None and not watch:
        raise fail("--no-watch: a second station needs a --member name, and so does the first")
    address = Address.parse(places.broker)
    parts: tuple[Part, ...] = ("ingest", "watch") if watch else ("ingest",)
    asked = _asked("station", site, metrics_host, metrics_port)
    work = run(
        address, places.store, site, parts=parts, data_dir=places.data, member=member, health=asked.health
    )
    run_part("station", work, asked)


def _asked(part: str, site: str, host: str, port: int | None) -> "Asked":
    from broker.health import Health
    from teleward.child import Asked

    return Asked(Health(part, site), host, port)


@app.command()
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
    from broker.client import Address
    from scenarios.conductor import run
    from teleward.child import run_part

    places = _places(site, broker, store, data)
    asked = _asked("simulate", site, metrics_host, metrics_port)
    work = run(
        Address.parse(places.broker),
        places.store,
        site,
        start=_start(scenario, beds, seed, speed) if scenario else None,
        fresh=fresh,
        data_dir=places.data,
        health=asked.health,
    )
    run_part("simulate", work, asked)


def _start(scenario: str, beds: int | None, seed: int | None, speed: float) -> Any:  # noqa: ANN401 -- lazily imported
    from scenarios.conductor import StartRequest
    from scenarios.library import names

    wish = {"scenario": scenario} if scenario in names() else {"text": _playable(scenario)}
    return StartRequest(**wish, beds=beds, seed=seed, speed=speed)


def _playable(scenario: str) -> str:
    """Return a scenario's text; one of the user's own is read first, to tell what is wrong at once."""
    from scenarios.library import names

    text = _scenario_text(scenario)
    if scenario not in names() and (found := _loaded(scenario)).scenario is None:
        raise fail(f"this scenario cannot be played:\n{_findings(scenario, found)}")
    return text


def _scenario_text(scenario: str) -> str:
    from scenarios.library import text_of

    try:
        return text_of(scenario)
    except (KeyError, OSError, UnicodeDecodeError) as error:
        raise fail(str(error.args[0] if isinstance(error, KeyError) else error)) from None


@app.command()
def play(
    scenario: Annotated[str, typer.Argument(help="A scenario of the library, or a YAML file.")],
    out: Annotated[Path, typer.Argument(help="File to write, one message a line.")],
    beds: Beds = None,
    seed: Seed = None,
    seconds: Annotated[
        float | None, typer.Option(min=1, help="Simulated seconds; to its end if not given.")
    ] = None,
    waves: Annotated[bool, typer.Option(help="Waveforms too.")] = False,
) -> None:
    """Play a scenario into a file as fast as it goes, without a broker."""
    from scenarios.headless import record

    found = _loaded(scenario)
    if found.scenario is None:
        raise fail(_findings(scenario, found))
    played = record(found.scenario, out, beds=beds, seed=seed or 0, seconds=seconds, waves=waves)
    say(f"{played.seconds:g} simulated seconds, {played.messages} messages in {out}")


@app.command()
def check(
    scenario: Annotated[str, typer.Argument(help="A scenario of the library, or a YAML file.")],
) -> None:
    """Say what is wrong with a scenario, with line and column."""
    found = _loaded(scenario)
    if found.findings:
        say(_findings(scenario, found))
    if found.scenario is None:
        raise typer.Exit(1)
    say(f"{scenario}: good, {len(found.scenario.beds)} beds")


def _loaded(scenario: str) -> Any:  # noqa: ANN401 -- lazily imported
    from scenarios.loader import load

    return load(_scenario_text(scenario))


def _findings(scenario: str, found: Any) -> str:  # noqa: ANN401 -- lazily imported
    return "\n".join(f.told(scenario) for f in found.findings)


@app.command()
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
    from broker.client import Address
    from dashboard.service import run
    from teleward.child import run_part

    places = _places(site, broker, store, data)
    asked = _asked("dashboard", site, metrics_host, metrics_port)
    address = Address.parse(places.broker)
    work = run(address, places.store, site, host, port, data_dir=places.data, health=asked.health)
    run_part("dashboard", work, asked)


@app.command()
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
    from broker.client import Address
    from devices.gateways.replay import RecordingError
    from devices.gateways.replay import replay as play
    from teleward.child import run_part

    pairs = [pair.partition("=") for pair in names or ()]
    if wrong := [name for name, equals, metric in pairs if not (name and equals and metric)]:
        raise fail(f"--as {wrong[0]}: use NAME=METRIC, such as CH1=ecg_ii")
    wishes = {name: metric for name, _, metric in pairs}
    try:
        address = Address.parse(broker or f"mqtt://127.0.0.1:{MQTT5_PORT}")
        work = play(address, record, bed=bed, site=site, loop=loop, device=device, names=wishes, say=say)
        run_part("replay", work)
    except (RecordingError, ValueError) as error:
        raise fail(str(error)) from error


@app.command()
def link(
    role: Annotated[str, typer.Option(help="instructor or trainee")] = "instructor",
    url: Annotated[str, typer.Option(help="Where the page is.")] = f"http://127.0.0.1:{PAGE_PORT}",
    data: Data = None,
) -> None:
    """Print a fresh address for the instructor (works once) or the trainees."""
    from dashboard.links import make_link

    if role not in {"instructor", "trainee"}:
        raise fail(f"--role {role!r}: use instructor or trainee")
    say(make_link(data_directory(data), role, url.rstrip("/")))


@app.command()
def alive(
    part: Annotated[str | None, typer.Argument(help="station or simulate; only the broker if none.")] = None,
    broker: Broker = None,
    site: Site = "home",
) -> None:
    """Say whether a part is there, as it tells the broker; exit status 1 if not (a health check)."""
    from broker.client import Address
    from teleward.alive import PARTS, trouble

    if part is not None and part not in PARTS:
        raise fail(f"{part!r}: use {' or '.join(PARTS)}")
    address = Address.parse(broker or f"mqtt://127.0.0.1:{MQTT5_PORT}")
    if wrong := asyncio.run(trouble(address, site, part)):
        sys.stderr.write(f"teleward: {wrong}\n")
        raise typer.Exit(1)
    say("there")


def main() -> None:
    """Run the command line."""
    app()
