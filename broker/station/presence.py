"""Who of a bed's devices still speaks: lost devices, sensors that are off, flat batteries. Pure.

A technical cause never says anything of the patient, and a silent bed is never a quiet one.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from broker import messages as m
from broker.station.clocks import SessionClock
from vitals.alarms import Cause
from vitals.catalogue import LOST_AFTER_S, STALE_INTERVALS, VITAL_SIGNS
from vitals.limits import Priority

OFFLINE_S: Final = 5.0
"""Wall time after which ``offline`` is believed; some brokers ignore the will's delay."""
TECHNICAL_DELAY_S: Final = 10.0
"""Delay of technical alarms (clinical reference 2.4)."""
LOW_BATTERY_PERCENT: Final = 10.0
OFF: Final = {"lead-off": "Lead off", "probe-off": "Probe off"}
"""Reasons and events that say a sensor is not on the patient."""
NO_DATA: Final = "no-data"


@dataclass(slots=True)
class Device:
    """What is known of one device; times are the session's, ``offline_wall`` is wall time."""

    name: str
    label: str = ""
    period_s: float = 0.0
    """Usual time between two messages of a continuous device; 0 for one that speaks now and then."""
    battery: float | None = None
    via: str | None = None
    gateway: bool = False
    described: bool = False
    online: bool | None = None
    heard: int = -1
    offline: int = -1
    offline_wall: int = -1
    off: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Sensor-off reasons: since when, and in which words."""

    def status(self, status: m.Status, now: int, wall_ms: int) -> None:
        """Take what the device or its last will says."""
        online = status.state == "online"
        if not online and self.online is not False:
            self.offline, self.offline_wall = now, wall_ms
        self.online = online

    def meta(self, meta: m.DeviceMeta) -> None:
        """Take the device's description of itself."""
        self.described = True
        self.label = meta.device.label or meta.device.model
        self.battery, self.via, self.gateway = meta.battery, meta.via, meta.device.kind == "gateway"
        periods = [
            info.period_ms / 1000 if info.period_ms is not None else VITAL_SIGNS[key].period_s
            for key, info in meta.metrics.items()
            if info.avail == "Cont" and key in VITAL_SIGNS
        ]
        self.period_s = _shortest(periods)

    def numerics(self, num: m.Num, now: int) -> None:
        """Take that the device spoke, and whether its sensors are on."""
        self.heard = now
        self.speaks_every(*(VITAL_SIGNS[key].period_s for key in num.m))
        for key, reading in num.m.items():
            if reading.v is None and reading.why in OFF:
                self.off.setdefault(f"{reading.why} {key}", (now, OFF[reading.why]))
            else:
                for why in OFF:
                    self.off.pop(f"{why} {key}", None)

    def speaks_every(self, *periods_s: float) -> None:
        """Go by the usual periods of what is heard, unless the device described itself."""
        if not self.described and not self.period_s:
            self.period_s = _shortest(list(periods_s))

    def event(self, evt: m.Evt, now: int) -> None:
        """Take an event that says a sensor came off or is on again."""
        self.heard = max(self.heard, now)
        if evt.kind in OFF and evt.on:
            self.off.setdefault(evt.kind, (now, evt.text or OFF[evt.kind]))
        elif evt.kind in OFF:
            self.off.pop(evt.kind, None)

    def lost_since(self, now: int, wall_ms: int, clock: SessionClock) -> int | None:
        """Return since when the device is gone, ``None`` while it is there or nothing can be said."""
        if self.online is False:
            return self.offline if wall_ms - self.offline_wall >= OFFLINE_S * 1000 else None
        if self.heard < 0 or not self.period_s:
            return None
        silent_s = STALE_INTERVALS * self.period_s + TECHNICAL_DELAY_S
        return self.heard if now - self.heard > clock.allowed_ms(silent_s) else None

    def speaks(self, lost: int | None) -> bool:
        """Say whether the device, which is gone since ``lost``, gives the bed data."""
        return lost is None and (self.heard >= 0 or self.online is True)

    @property
    def shown(self) -> str:
        """How texts call the device."""
        return self.label or self.name


def technical(
    devices: dict[str, Device], gone: set[str], now: int, wall_ms: int, clock: SessionClock, *, at_risk: bool
) -> Iterator[tuple[str, str | None, Cause]]:
    """Yield (alarm id, device, cause) of what is technically wrong.

    ``gone`` names gateways that are lost. When every device of a bed is silent one alarm says
    ``No data``, of medium priority for a patient at risk, instead of one alarm a device.
    """
    lost = {name: d.lost_since(now, wall_ms, clock) for name, d in devices.items()}
    for name, device in devices.items():
        if device.via in gone and lost[name] is None:
            lost[name] = now
    worn = {name: d for name, d in devices.items() if not d.gateway}
    silent = [since for name in worn if (since := lost[name]) is not None]
    if silent and not any(d.speaks(lost[name]) for name, d in worn.items()):
        priority: Priority = "Me" if at_risk else "Lo"
        yield NO_DATA, None, Cause(int(at_risk), priority, max(silent), "No data")
        return
    for name, device in devices.items():
        since = lost[name]
        if since is not None:
            yield alarm_id("lost", name), name, Cause(0, "Lo", since, f"{device.shown} lost")
        else:
            yield from _troubles(device, now)


def _troubles(device: Device, now: int) -> Iterator[tuple[str, str, Cause]]:
    if device.off:
        since, text = min(device.off.values())
        if now - since >= TECHNICAL_DELAY_S * 1000:
            yield alarm_id("off", device.name), device.name, Cause(0, "Lo", since, text)
    if device.battery is not None and device.battery <= LOW_BATTERY_PERCENT:
        text = f"{device.shown} battery {device.battery:.0f} %"
        yield alarm_id("battery", device.name), device.name, Cause(0, "Lo", now, text)


def alarm_id(sort: str, device: str) -> str:
    """Return an id for a device's alarm, short enough for a topic whatever the device's name."""
    full = f"{sort}-{device}"
    return full if len(full) <= 32 else f"{sort}-{zlib.crc32(device.encode()):08x}"  # noqa: PLR2004 -- topics.is_name


def _shortest(periods: list[float]) -> float:
    return min((p for p in periods if 0 < p <= LOST_AFTER_S), default=0.0)
