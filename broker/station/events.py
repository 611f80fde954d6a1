"""Alarms that devices raise themselves, by events: rhythms, falls, buttons. Pure.

Rhythm alarms, their priority and that they latch: clinical reference 2.4. The priority of falls
and buttons is *heuristic*.
"""

from dataclasses import dataclass
from typing import Final

from broker import messages as m
from vitals.alarms import Cause
from vitals.limits import Priority


@dataclass(frozen=True, slots=True)
class EventAlarm:
    """How an event alarms; ``moment``: it has no end, so it stays until acknowledged."""

    priority: Priority
    text: str
    latch: bool = False
    moment: bool = False


_ASYSTOLE: Final = EventAlarm("Hi", "Asystole", latch=True)
_VF: Final = EventAlarm("Hi", "Ventricular fibrillation", latch=True)
_VT: Final = EventAlarm("Hi", "Ventricular tachycardia", latch=True)

ALARMS: Final[dict[str, EventAlarm]] = {
    "asystole": _ASYSTOLE,
    "vf": _VF,
    "vt": _VT,
    "apnoea": EventAlarm("Hi", "Apnoea"),
    "fall": EventAlarm("Me", "Fall", latch=True, moment=True),
    "button": EventAlarm("Me", "Patient calls", latch=True, moment=True),
}
RHYTHMS: Final[dict[str, str]] = {
    "asystole": "asystole",
    "vf": "vf",
    "ventricular fibrillation": "vf",
    "coarse ventricular fibrillation": "vf",
    "fine ventricular fibrillation": "vf",
    "ventricular standstill": "asystole",
    "vt": "vt",
    "ventricular tachycardia": "vt",
    "pulseless ventricular tachycardia": "vt",
    "polymorphic ventricular tachycardia": "vt",
    "torsades de pointes": "vt",
}
"""What a ``rhythm`` event's text means in the table above."""


def alarms_of(evt: m.Evt, t: int) -> dict[str, Cause | None]:
    """Return what ``evt`` of time ``t`` says of event alarms: a cause, or ``None`` for its end."""
    if evt.kind == "rhythm":
        present = RHYTHMS.get(evt.text.strip().lower()) if evt.on else None
        return {kind: _cause(kind, t) if kind == present else None for kind in ("asystole", "vf", "vt")}
    if evt.kind in ALARMS:
        return {evt.kind: _cause(evt.kind, t) if evt.on else None}
    return {}


def _cause(kind: str, t: int) -> Cause:
    alarm = ALARMS[kind]
    return Cause(0, alarm.priority, t, alarm.text)
