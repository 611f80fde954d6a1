"""The command `teleward doctor`."""

import asyncio
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from teleward import ward_file
from teleward.options import Broker, Data, Site, StoreUrl
from teleward.settings import MQTT5_PORT, MQTT_PORT, PAGE_PORT, data_path, default_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from teleward.doctor.examine import Patient
    from teleward.doctor.finding import Finding

DEFAULT_SITE = "home"


def doctor(
    site: Site = "home",
    broker: Broker = None,
    store: StoreUrl = None,
    data: Data = None,
    page: Annotated[str | None, typer.Option(help="Where the page is.")] = None,
    *,
    before_start: Annotated[
        bool, typer.Option("--before-start", help="Check this computer only, before a ward starts.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Say what is wrong with this computer and the ward, and what to do; exit status 1 if anything is.

    Without options it looks for the ward that `teleward up` started on the data directory, else where
    one would be.
    """
    from broker.clock import SystemClock
    from teleward.doctor import examine
    from teleward.doctor.finding import table

    patient = _patient(site, broker, store, data, page)
    clock = SystemClock()
    if before_start:
        findings = examine.before_start(patient, clock)
    else:
        findings = asyncio.run(_all(examine.running(patient, clock)))
    if as_json:
        for finding in findings:
            typer.echo(json.dumps(asdict(finding), ensure_ascii=False))
    else:
        typer.echo(table(findings, colour=sys.stdout.isatty() and "NO_COLOR" not in os.environ))
    raise typer.Exit(int(any(finding.level == "wrong" for finding in findings)))


def _patient(
    site: str, broker: str | None, store: str | None, data: Path | None, page: str | None
) -> "Patient":
    """Return what is to be examined: what was given, else the ward that runs here, else the defaults."""
    from teleward.doctor.examine import Patient

    folder = data_path(data)
    ward = ward_file.find(folder)
    ours = ward is not None and broker is None
    return Patient(
        site=ward.site if ward and site == DEFAULT_SITE else site,
        broker=broker or (ward.broker if ward else f"mqtt://127.0.0.1:{MQTT5_PORT}"),
        store=store or (ward.store if ward else default_store(folder)),
        data=folder,
        page=(page or (ward.page if ward else f"http://127.0.0.1:{PAGE_PORT}")).rstrip("/"),
        sensors=(ward.sensors or ward.broker) if ward and ours else broker or f"mqtt://127.0.0.1:{MQTT_PORT}",
        metrics_port=ward.metrics_port if ward else None,
        credentials=ward.credentials if ward and ours else None,
        page_host=ward.page_host if ward and page is None else None,
    )


async def _all(findings: "AsyncIterator[Finding]") -> "list[Finding]":
    return [finding async for finding in findings]
