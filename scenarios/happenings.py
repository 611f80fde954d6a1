"""What happens in a bed and when: faults, changes of consciousness and oxygen, what is told of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from broker import messages as m
from scenarios import doings
from scenarios.cast import Patient, eventful, first_illness
from scenarios.causes import LabelKind
from scenarios.faults import FAULTS
from scenarios.model import Fall, Fault, Phase
from scenarios.rules import lasting, told
from scenarios.script import cut_s
from scenarios.trajectories import Oxygen, Trajectory, trajectories
from scenarios.turns import Begun, ChartTurn, Ended, FallTurn, FaultTurn, Labelled, Told, Unlabelled, What


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happens in a bed, ``at_ms`` after the scenario's start."""

    at_ms: int
    bed: int
    what: What


def happenings_of(patient: Patient, bed: int) -> Iterator[Happening]:
    """Return all that happens in one bed, in no order."""
    for at_ms, what in _all(patient):
        yield Happening(at_ms, bed, what)


def _all(patient: Patient) -> Iterator[tuple[int, What]]:
    for fault in patient.script.faults:
        yield from of_fault(fault)
    for owner, fall in enumerate(patient.script.falls):
        yield from _fall(fall, owner)
    for fault in patient.borrowed:
        yield from (told for told in of_fault(fault) if not isinstance(told[1], FaultTurn))
    for change in patient.script.charted:
        if change.consciousness is not None or change.oxygen is not None:
            turn = ChartTurn(change.consciousness, change.oxygen)
            yield change.at, turn
            yield change.at, Told("charted", change.text or words_of(turn))
    opening = first_illness(patient.script)
    for phase in patient.script.phases:
        yield from _phase(patient, phase)
        if phase.trajectory is not None and phase is not opening:
            yield from _entered(phase, trajectories()[phase.trajectory])
    yield from doings.of(patient.script)


def of_fault(fault: Fault) -> Iterator[tuple[int, What]]:
    """Return when a fault begins and ends, and what is told of it."""
    name = f"{fault.device} {fault.kind}"
    lasts = lasting(fault)
    end = None if lasts is None else fault.at + lasts
    yield fault.at, FaultTurn(fault.device, fault.kind, on=True, how=_how(fault), other_bed=fault.other_bed)
    yield fault.at, Labelled(fault.kind, end, name, of=name)
    yield fault.at, Told("fault-began", name)
    if end is not None:
        yield end, FaultTurn(fault.device, fault.kind, on=False, other_bed=fault.other_bed)
        yield end, Unlabelled(name)
        yield end, Told("fault-ended", name)


def _fall(fall: Fall, owner: int) -> Iterator[tuple[int, What]]:
    end = None if fall.lasts is None else fall.at + fall.lasts
    yield fall.at, Begun(owner, FallTurn(on=True))
    yield fall.at, Labelled("fall", end, "Falls", of="fall")
    yield fall.at, Told("fall", fall.text or "Falls")
    if end is not None:
        over = (Unlabelled("fall"), Told("fall-ended", "Up again"))
        yield end, Ended(owner, FallTurn(on=True), FallTurn(on=False), over)


def _how(fault: Fault) -> dict[str, float]:
    """Return what the script says of a fault, in the units of a ward."""
    said = {
        "cadence_bpm": fault.cadence_bpm,
        "mains_hz": fault.mains_hz,
        "share": fault.share,
        "delay_s": None if fault.delay is None else fault.delay / 1000,
        "off_s": None if fault.ahead_min is None else 60 * fault.ahead_min,
        "ppm": fault.ppm,
        "takes_s": None if fault.kind != "reboot" or fault.lasts is None else fault.lasts / 1000,
    }
    return {name: value for name, value in said.items() if value is not None}


def _phase(patient: Patient, phase: Phase) -> Iterator[tuple[int, What]]:
    yield phase.at, Told("phase-began", phase.name)
    label = label_of(phase)
    end = end_of(patient, phase)
    if label != "none":
        yield phase.at, Labelled(label, end, phase.name)
    if phase.consciousness is not None or phase.oxygen is not None:
        yield phase.at, ChartTurn(phase.consciousness, phase.oxygen)
    if end is not None:
        yield end, Told("phase-ended", phase.name)
    yield from _rows(phase, end)


def _rows(phase: Phase, end_ms: int | None) -> Iterator[tuple[int, What]]:
    """Return the changes of consciousness and oxygen that an illness's table brings with it."""
    for at_ms, turn in changes_by_table(phase):
        if end_ms is None or at_ms <= end_ms:
            yield at_ms, turn
            yield at_ms, Told("charted", words_of(turn))


def _entered(phase: Phase, table: Trajectory) -> Iterator[tuple[int, What]]:
    """Return what holds already where a later phase enters its table, if the table changed it before."""
    before = [r for r in table.rows if r.t_s <= phase.start / 1000]
    if len(before) < 2:  # noqa: PLR2004 -- the first row is nobody's change
        return
    acvpu = before[-1].acvpu if before[-1].acvpu != before[0].acvpu else None
    oxygen = before[-1].oxygen if before[-1].oxygen != before[0].oxygen else None
    if acvpu or oxygen:
        yield phase.at, ChartTurn(acvpu, oxygen)


def changes_by_table(phase: Phase) -> Iterator[tuple[int, ChartTurn]]:
    """Return when a phase's table changes consciousness or oxygen, and to what."""
    if phase.trajectory is None:
        return
    table = trajectories()[phase.trajectory]
    first_s, last_s = cut_s(phase, table)
    for before, row in zip(table.rows, table.rows[1:], strict=False):
        acvpu = row.acvpu if row.acvpu != before.acvpu else None
        oxygen = row.oxygen if row.oxygen != before.oxygen else None
        if first_s < row.t_s <= last_s and (acvpu or oxygen):
            yield at_of(phase, table, row.t_s), ChartTurn(acvpu, oxygen)


def at_of(phase: Phase, table: Trajectory, t_s: float) -> int:
    """Return when (ms from the scenario's start) a phase reaches ``t_s`` of its table."""
    first_s, _ = cut_s(phase, table)
    return phase.at + round((t_s - first_s) * 1000 / phase.tempo)


def end_of(patient: Patient, phase: Phase) -> int | None:
    """Return when a phase ends: by itself, or because the next begins; ``None`` if it stays."""
    later = [p.at for p in patient.script.phases if p.at > phase.at]
    ends = later if phase.lasts is None else [*later, phase.at + phase.lasts]
    return min(ends, default=None)


def label_of(phase: Phase) -> LabelKind:
    """Return what a phase is for scoring."""
    if phase.label is not None:
        return phase.label
    if phase.trajectory is None:
        return doings.label_of(phase.insults)
    return "distractor" if trajectories()[phase.trajectory].offset else "deterioration"


def words_of(turn: ChartTurn) -> str:
    """Return a change as an instructor reads it."""
    words = [] if turn.acvpu is None else [f"ACVPU {turn.acvpu}"]
    return ", ".join(words if turn.oxygen is None else [*words, oxygen_words(turn.oxygen)])


def oxygen_words(oxygen: Oxygen) -> str:
    """Return ``air`` or ``2 L/min nasal cannula``."""
    return f"{oxygen.flow_l_min:g} L/min {oxygen.device}" if oxygen.flow_l_min else oxygen.device


def plan_of(patient: Patient, start_ms: int) -> m.Plan:
    """Return a bed's script as the instructor sees it, in simulated time."""
    items = sorted(_items(patient, start_ms), key=lambda i: (i.start, i.kind, i.name))
    return m.Plan(v=1, t=start_ms, condition=condition_of(patient), items=items)


def condition_of(patient: Patient) -> str:
    """Return what ails the patient, in words."""
    keys = [p.trajectory for p in patient.script.phases if p.trajectory]
    named = patient.script.condition or (trajectories()[keys[0]].condition if keys else "")
    named = named or doings.ailment(patient.script)
    return named or ("Stable" if not eventful(patient.script) else "Well, with distractions")


def _items(patient: Patient, start_ms: int) -> Iterator[m.PlanItem]:
    script = patient.script
    first = min((p.at for p in script.phases), default=None)
    if first != 0:
        end = None if first is None else start_ms + first
        yield m.PlanItem(name="Baseline", start=start_ms, end=end, kind="baseline")
    for phase in script.phases:
        yield from _phase_items(patient, phase, start_ms)
    yield from doings.items(script, start_ms)
    for fall in script.falls:
        end = None if fall.lasts is None else start_ms + fall.at + fall.lasts
        yield m.PlanItem(name="Falls", start=start_ms + fall.at, end=end, kind="event", text=_line(fall.text))
    for fault in (*script.faults, *patient.borrowed):
        kind: Literal["artefact", "fault"] = "artefact" if FAULTS[fault.kind].artefact else "fault"
        lasts = lasting(fault)
        end = None if lasts is None else start_ms + fault.at + lasts
        name = f"{fault.device.capitalize()} {fault.kind}"
        yield m.PlanItem(name=name, start=start_ms + fault.at, end=end, kind=kind, text=_line(fault.text))
    for change in script.charted:
        words = words_of(ChartTurn(change.consciousness, change.oxygen))
        yield m.PlanItem(name=words, start=start_ms + change.at, kind="event", text=_line(change.text))
    for trend in script.trends:
        goal = f"by {trend.by:+g}" if trend.by is not None else f"to {_goal(trend.to)}"
        name = f"{trend.sign} {goal} in {told(trend.over)}"
        yield m.PlanItem(name=name, start=start_ms + trend.at, kind="event")


def _goal(to: float | None) -> str:
    return "its own" if to is None else f"{to:g}"


def _phase_items(patient: Patient, phase: Phase, start_ms: int) -> Iterator[m.PlanItem]:
    end = end_of(patient, phase)
    stop = None if end is None else start_ms + end
    yield m.PlanItem(
        name=phase.name, start=start_ms + phase.at, end=stop, kind="phase", text=_line(phase.text)
    )
    if phase.trajectory is None:
        return
    table = trajectories()[phase.trajectory]
    first_s, last_s = cut_s(phase, table)
    for row in table.rows:
        at_ms = at_of(phase, table, row.t_s)
        if first_s < row.t_s <= last_s and (end is None or at_ms <= end):
            text = _line(row.note)
            yield m.PlanItem(name=f"NEWS2 {row.news2}", start=start_ms + at_ms, kind="event", text=text)


def _line(text: str) -> str:
    return text[:200]
