"""All checks, in the order in which one thing needs another."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from broker.address import FOLDER, PASSWORD, PASSWORD_FILE, USER, Address
from broker.clock import Clock
from teleward import ward_file
from teleward.doctor import keeping, machine, ports, programs, python, web, wire
from teleward.doctor.finding import Finding, unasked, wrong


@dataclass(frozen=True, slots=True)
class Patient:
    """What is examined: where a ward is, or should be."""

    site: str
    broker: str
    store: str
    data: Path
    page: str
    sensors: str
    metrics_port: int | None = None
    credentials: str | None = None
    """The folder with everybody's user and password at the broker."""
    page_host: str | None = None
    """Where the page listens, where that is known."""

    def environ(self) -> dict[str, str]:
        """Return the environment in which we speak to the broker."""
        if self.credentials is None:
            return dict(os.environ)
        return {**os.environ, FOLDER: self.credentials, USER: "", PASSWORD: "", PASSWORD_FILE: ""}


PORTS = {1883: "sensors (MQTT 3.1.1)", 1884: "the broker (MQTT 5)", 8050: "the page"}
PARTS = ("station", "simulate", "dashboard")


def computer(patient: Patient) -> list[Finding]:
    """Check what a ward needs of this computer, whether one runs or not."""
    found = [
        python.python(),
        python.packages(),
        machine.data_directory(patient.data),
        machine.secret(patient.data),
        machine.disk(patient.data),
        programs.mosquitto(),
        programs.influxd(patient.store),
    ]
    return [finding for finding in found if finding is not None]


def before_start(patient: Patient, clock: Clock) -> list[Finding]:
    """Check what a ward that is to start here needs."""
    store = keeping.store(patient.store, clock.now_ms(), running=False)
    alone = machine.alone(patient.data, ward_file.find(patient.data))
    return [*computer(patient), alone, *ports.ports(PORTS), *store]


async def running(patient: Patient, clock: Clock) -> AsyncIterator[Finding]:
    """Check a ward that should run, part by part."""
    for finding in (*computer(patient), machine.spool(patient.data)):
        yield finding
    async for finding in _wire(patient):
        yield finding
    for finding in keeping.store(patient.store, clock.now_ms()):
        yield finding
    for finding in web.page(patient.page, clock.now_ms()):
        yield finding
    if patient.page_host is not None:
        yield web.classroom(patient.page_host, patient.page)
    if patient.metrics_port is not None:
        for number, name in enumerate(PARTS):
            yield web.part(name, patient.metrics_port + number)


async def _wire(patient: Patient) -> AsyncIterator[Finding]:
    try:
        address = Address.parse(patient.broker, patient.environ(), "dashboard")
        sensors = Address.parse(patient.sensors, patient.environ(), "dashboard")
    except ValueError as error:
        yield wrong("broker", str(error), "give the right --broker, or set those variables right")
        return
    greeted = await wire.broker(address)
    yield greeted
    if greeted.level != "good":
        for name in ("sensors", *wire.PARTS):
            yield unasked(name, "not asked: no broker")
        return
    yield await wire.sensors(sensors)
    for finding in await wire.parts(address, patient.site):
        yield finding
