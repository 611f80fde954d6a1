"""Commands for scenarios, without a ward: check one, play one into a file."""

from pathlib import Path
from typing import Annotated

import typer

from teleward.given import fail, findings, loaded, say
from teleward.options import Beds, Seed


def check(
    scenario: Annotated[str, typer.Argument(help="A scenario of the library, or a YAML file.")],
) -> None:
    """Say what is wrong with a scenario, with line and column."""
    found = loaded(scenario)
    if found.findings:
        say(findings(scenario, found))
    if found.scenario is None:
        raise typer.Exit(1)
    say(f"{scenario}: good, {len(found.scenario.beds)} beds")


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

    found = loaded(scenario)
    if found.scenario is None:
        raise fail(findings(scenario, found))
    played = record(found.scenario, out, beds=beds, seed=seed or 0, seconds=seconds, waves=waves)
    say(f"{played.seconds:g} simulated seconds, {played.messages} messages in {out}")
