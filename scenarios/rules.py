"""What a well-formed scenario can still get wrong: rules across fields, as remarks with a path."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from devices.physiology.treatments import TREATMENTS
from devices.signals.conditions import NO_INFARCTS
from scenarios.causes import Treatment
from scenarios.faults import FAULTS, OWN, WITH_OWN
from scenarios.model import RANGES, Bed, Fault, Phase, Scenario, Trend
from scenarios.trajectories import UNITS, trajectories
from scenarios.usual import not_kept

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing wrong or doubtful at ``path`` inside a part."""

    path: Path
    what: str
    suggestion: str = ""
    level: Literal["error", "warning"] = "error"


SHORTEST_CUFF_MS: Final = 60_000
LEAST_PULSE_PRESSURE_MMHG: Final = 10
TARGET_2: Final = (88.0, 92.0)


def of_ward(scenario: Scenario) -> Iterator[Remark]:
    """Check what beds must not share."""
    taken: dict[str, int] = {}
    for i, bed in enumerate(scenario.beds):
        name = bed_name(scenario, i)
        if name in taken:
            where: Path = ("beds", i, "bed") if bed.bed else ("beds", i)
            yield Remark(where, f"`{name}` is bed {taken[name] + 1} already", "give each bed its own name")
        taken.setdefault(name, i)
    yield from _swaps(scenario, taken)


def _swaps(scenario: Scenario, beds: dict[str, int]) -> Iterator[Remark]:
    """Check that who exchanges a device with whom is there, and wears it."""
    done: list[tuple[set[int], Fault]] = []
    for i, bed in enumerate(scenario.beds):
        for k, fault in enumerate(bed.faults):
            if fault.kind != "swapped" or fault.other_bed is None:
                continue
            path: Path = ("beds", i, "faults", k, "other_bed")
            other = beds.get(fault.other_bed)
            if other is None:
                yield Remark(path, f"there is no bed `{fault.other_bed}`", "name one of this scenario")
            elif other == i:
                yield Remark(path, "a device cannot be swapped with itself", "name another bed")
            elif fault.device not in scenario.beds[other].wears:
                yield Remark(path, f"nobody wears the {fault.device} there", "add it to their `wears`")
            elif any({i, other} & both and _overlap(fault, before) for both, before in done):
                yield Remark(path, "one of the two devices is swapped already then", "write it once only")
            else:
                done.append(({i, other}, fault))


def bed_name(scenario: Scenario, index: int) -> str:
    """Return the name of a bed on the wire."""
    return scenario.beds[index].bed or numbered(index + 1)


def numbered(number: int) -> str:
    """Return the usual name of the bed with this number."""
    return f"bed{number:02d}"


def of_bed(bed: Bed, lasts_ms: int | None) -> Iterator[Remark]:
    """Check one bed by every rule."""
    for rule in RULES:
        yield from rule(bed)
    yield from _late(bed, lasts_ms)


def _baseline(bed: Bed) -> Iterator[Remark]:
    for sign, value in bed.baseline.items():
        yield from _in_range(sign, value, ("baseline", sign))
    low, high = bed.baseline.get("dbp"), bed.baseline.get("sbp")
    if low is not None and high is not None and high - low < LEAST_PULSE_PRESSURE_MMHG:
        yield Remark(
            ("baseline", "dbp"), f"dbp {low:g} leaves no pulse pressure under sbp {high:g}", "lower it"
        )
    for kept, what in not_kept(bed):
        yield Remark(("baseline", kept), what, "move it by a trend, or give the body a cause", "warning")


def _in_range(sign: str, value: float, path: Path) -> Iterator[Remark]:
    lowest, highest = RANGES[sign]
    if not lowest <= value <= highest:
        nearest = lowest if value < lowest else highest
        yield Remark(
            path,
            f"{sign} {value:g} is outside {lowest:g} to {highest:g} {UNITS[sign]}",
            f"check the unit; `{nearest:g}` is as far as a body goes",
        )


def _scale(bed: Bed) -> Iterator[Remark]:
    person = bed.person
    if person.target is not None and person.target[0] >= person.target[1]:
        yield Remark(("person", "target"), "the target runs from high to low", "write `[88, 92]`")
    elif person.scale == 2 and person.target is None:  # noqa: PLR2004 -- scale 1 or 2
        yield Remark(
            ("person", "scale"), "scale 2 needs a prescribed target", "add `target: [88, 92]`", "warning"
        )


def _cuff(bed: Bed) -> Iterator[Remark]:
    if bed.cuff_every < SHORTEST_CUFF_MS:
        yield Remark(("cuff_every",), "a cuff cannot measure more often than each minute", "write `1 min`")


def _wears(bed: Bed) -> Iterator[Remark]:
    for i, device in enumerate(bed.wears):
        if device in bed.wears[:i]:
            yield Remark(("wears", i), f"the {device} is there already", "leave it out")
        if device in WITH_OWN and "monitor" in bed.wears:
            yield Remark(("wears", i), f"a monitor has its own {device}", f"leave the {device} out")


def _trends(bed: Bed) -> Iterator[Remark]:
    for i, trend in enumerate(bed.trends):
        yield from _trend(trend, ("trends", i))
    for i, phase in enumerate(bed.phases):
        for k, trend in enumerate(phase.trends):
            yield from _trend(trend, ("phases", i, "trends", k))


def _trend(trend: Trend, path: Path) -> Iterator[Remark]:
    fields = trend.model_fields_set
    if ("to" in fields) == ("by" in fields):
        yield Remark(path, "a trend needs either `to` or `by`", "write `to: 110`, `by: 20` or `to: own`")
    if trend.to is not None:
        yield from _in_range(trend.sign, trend.to, (*path, "to"))


def _phases(bed: Bed) -> Iterator[Remark]:
    for i, phase in enumerate(bed.phases):
        yield from _cut(phase, ("phases", i))
    order = sorted(range(len(bed.phases)), key=lambda i: bed.phases[i].at)
    for before, after in pairwise(order):
        if bed.phases[before].at == bed.phases[after].at:
            yield Remark(
                ("phases", after, "at"),
                f"`{bed.phases[after].name}` starts together with `{bed.phases[before].name}`",
                "give it a later `at`",
            )


def _cut(phase: Phase, path: Path) -> Iterator[Remark]:
    given = phase.model_fields_set & {"start", "to"}
    if phase.trajectory is None:
        if given:
            word = "from" if "start" in given else "to"
            yield Remark(
                (*path, word), f"`{word}` cuts a trajectory, and there is none", "add `trajectory: …`"
            )
        return
    length = round(trajectories()[phase.trajectory].length_s * 1000)
    end = length if phase.to is None else phase.to
    if end > length:
        yield Remark(
            (*path, "to"), f"`{phase.trajectory}` ends after {told(length)}", f"write `{told(length)}`"
        )
    if phase.start >= end:
        word = "from" if "start" in given else "to"
        yield Remark((*path, word), "the cut ends before it begins", "let `from` be less than `to`")


def _faults(bed: Bed) -> Iterator[Remark]:
    for i, fault in enumerate(bed.faults):
        yield from of_fault(bed, fault, ("faults", i))
    for i, fault in enumerate(bed.faults):
        for k in range(i):
            if _overlap(bed.faults[k], fault):
                yield Remark(
                    ("faults", i, "at"),
                    f"the {fault.device} has `{fault.kind}` already then",
                    "let the first one end before",
                )


def _ages(bed: Bed) -> Iterator[Remark]:
    """Check that only infarcts have an age."""
    parts: list[tuple[Path, Bed | Phase]] = [((), bed)]
    parts += [(("phases", i), phase) for i, phase in enumerate(bed.phases)]
    for path, part in parts:
        for i, injury in enumerate(part.st):
            if injury.age is not None and injury.territory in NO_INFARCTS:
                yield Remark(
                    (*path, "st", i, "age"), f"`{injury.territory}` is no infarct", "leave its age out"
                )


def of_fault(bed: Bed, fault: Fault, path: Path) -> Iterator[Remark]:
    """Check whether a device of the bed can have this fault."""
    sort = FAULTS[fault.kind]
    if fault.device not in sort.devices:
        able = " or ".join(sort.devices)
        yield Remark((*path, "device"), f"the {fault.device} cannot have `{fault.kind}`", f"write `{able}`")
    elif fault.device not in bed.wears:
        yield Remark((*path, "device"), f"nobody here wears the {fault.device}", "add it to `wears`")
    for name in OWN:
        if getattr(fault, name) is not None and name not in sort.knows:
            word = "cadence" if name == "cadence_bpm" else f"`{name}`"
            yield Remark((*path, name), f"`{fault.kind}` has no {word}", "leave it out")
    if fault.kind == "swapped" and fault.other_bed is None:
        yield Remark(path, "with whom is it swapped?", "add `other_bed: …`")


def _overlap(a: Fault, b: Fault) -> bool:
    if (a.device, a.kind) != (b.device, b.kind):
        return False
    first, second = sorted((a, b), key=lambda f: f.at)
    lasts = lasting(first)
    return lasts is None or second.at < first.at + lasts


def lasting(fault: Fault) -> int | None:
    """Return for how long a fault is there, ``None`` to the end."""
    return FAULTS[fault.kind].takes_ms if fault.lasts is None else fault.lasts


def _changes(bed: Bed) -> Iterator[Remark]:
    for i, change in enumerate(bed.charted):
        if change.consciousness is None and change.oxygen is None:
            yield Remark(("charted", i), "nothing changes here", "add `consciousness` or `oxygen`")


def _causes(bed: Bed) -> Iterator[Remark]:
    led = any(p.trajectory is not None and not trajectories()[p.trajectory].offset for p in bed.phases)
    parts: list[tuple[Path, Bed | Phase]] = [((), bed)]
    parts += [(("phases", i), phase) for i, phase in enumerate(bed.phases)]
    for path, part in parts:
        for i, treatment in enumerate(part.treatments):
            yield from _treatment(treatment, (*path, "treatments", i))
        for kind, given in ("insults", part.insults), ("treatments", part.treatments):
            if led and given:
                yield Remark(
                    (*path, kind),
                    "a trajectory leads this body, so that little of them will be seen",
                    "write the illness as an insult instead of its trajectory",
                    "warning",
                )


def _pulse(bed: Bed) -> Iterator[Remark]:
    parts: list[tuple[Path, Bed | Phase]] = [((), bed)]
    parts += [(("phases", i), phase) for i, phase in enumerate(bed.phases)]
    for path, part in parts:
        if not part.pulse and part.rhythm is None:
            what = "which rhythm is without a pulse?"
            yield Remark((*path, "pulse"), what, "add `rhythm: sinus`, or leave `pulse` out")


def _treatment(given: Treatment, path: Path) -> Iterator[Remark]:
    kind, name = TREATMENTS[given.treatment], given.treatment
    if given.dose is not None and not kind.least <= given.dose <= kind.most:
        what = f"{name} {given.dose:g} is outside {kind.least:g} to {kind.most:g} {kind.unit}"
        yield Remark((*path, "dose"), what, "check the unit")
    if given.lasts is not None and not kind.course.held and not kind.over_s:
        what = f"`{name}` is a single dose, which wears off by itself"
        yield Remark((*path, "lasts"), what, "leave it out")


def _late(bed: Bed, lasts_ms: int | None) -> Iterator[Remark]:
    if lasts_ms is None:
        return
    for kind in ("phases", "trends", "charted", "falls", "faults", "insults", "treatments", "st"):
        for i, part in enumerate(getattr(bed, kind)):
            if part.at >= lasts_ms:
                what = f"this starts when the scenario is over ({told(lasts_ms)})"
                yield Remark((kind, i, "at"), what, "lengthen `lasts`, or start earlier", "warning")


def told(ms: int) -> str:
    """Return a duration as an author would write it."""
    parts = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1000, "s"), (1, "ms"))
    words = []
    for size, unit in parts:
        count, ms = divmod(ms, size)
        if count:
            words.append(f"{count} {unit}")
    return " ".join(words) or "0 s"


RULES: Final[tuple[Callable[[Bed], Iterator[Remark]], ...]] = (
    _baseline, _scale, _cuff, _wears, _trends, _phases, _faults, _changes, _causes, _pulse, _ages,
)  # fmt: skip
