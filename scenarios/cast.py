"""Who lies in which bed: the scenario's people, made whole from the seed, and fillers.

A bed's person depends on the scenario, the seed and the bed's own number only, so that more or
fewer beds change nobody.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np

from broker import messages as m
from devices.conditions import RESPONDERS, with_conditions
from devices.person import FIRST_NAMES, SURNAMES, Baseline, Person, Sex, generate
from devices.randomness import generator
from scenarios.model import Bed, Fault, Phase, Scenario
from scenarios.rules import bed_name, numbered
from scenarios.trajectories import Oxygen, Trajectory, trajectories

OWN_SIGNS: Final = tuple(f.name for f in fields(Baseline))


@dataclass(frozen=True, slots=True)
class Patient:
    """A bed as it will run: its name, its script, the body in it and what the chart says."""

    bed: str
    script: Bed
    person: Person
    info: m.PersonInfo
    acvpu: m.Acvpu
    oxygen: Oxygen
    borrowed: tuple[Fault, ...] = ()
    """Swaps of devices with this bed that another bed's script names."""

    def own(self, sign: str) -> float:
        """Return the person's usual value of ``sign``."""
        return float(getattr(self.person.baseline, sign))


def cast(scenario: Scenario, seed: int, beds: int | None = None) -> list[Patient]:
    """Return ``beds`` patients in bed order (as many as written if ``None``).

    Fewer beds keep those with a story first; more are filled with stable, invented people.
    """
    written = list(range(len(scenario.beds)))
    count = len(written) if beds is None else beds
    kept = sorted(sorted(written, key=lambda i: not eventful(scenario.beds[i]))[:count])
    names = {bed_name(scenario, i) for i in written}
    surnames = _spare_surnames(scenario, seed)
    patients = [_patient(scenario, i, seed, surnames) for i in kept]
    patients = [replace(p, borrowed=tuple(_borrowed(p.bed, patients))) for p in patients]
    return patients + _fillers(scenario, seed, count - len(kept), names, surnames)


def _borrowed(bed: str, patients: Sequence[Patient]) -> Iterator[Fault]:
    for other in patients:
        for fault in other.script.faults:
            if fault.kind == "swapped" and fault.other_bed == bed:
                yield fault.model_copy(update={"other_bed": other.bed})


def eventful(bed: Bed) -> bool:
    """Say whether anything is written to happen in this bed."""
    happens = (
        bed.phases or bed.trends or bed.faults or bed.falls or bed.charted or bed.insults or bed.treatments
    )
    return bool(happens or bed.rhythm or bed.breathing or bed.st or bed.potassium or bed.qt)


def _fillers(
    scenario: Scenario, seed: int, count: int, taken: set[str], surnames: Sequence[str]
) -> list[Patient]:
    out: list[Patient] = []
    number = len(scenario.beds)
    while len(out) < count:
        number += 1
        if numbered(number) not in taken:
            out.append(_made(Bed(), numbered(number), seed, surnames[number % len(surnames)], scenario.place))
    return out


def _patient(scenario: Scenario, index: int, seed: int, surnames: Sequence[str]) -> Patient:
    surname = surnames[(index + 1) % len(surnames)]
    return _made(scenario.beds[index], bed_name(scenario, index), seed, surname, scenario.place)


def _spare_surnames(scenario: Scenario, seed: int) -> list[str]:
    taken = {(b.person.name or "").split(" ")[0] for b in scenario.beds}
    order = np.random.default_rng([seed, 0x5EED]).permutation(len(SURNAMES))
    return [SURNAMES[i] for i in order if SURNAMES[i] not in taken] or ["Doe"]


def _made(bed: Bed, name: str, seed: int, surname: str, ward: str) -> Patient:
    rng = generator(seed, name, "person")
    # Whom the script tells of lives with what it tells: chance would give a runner of 26 a pacemaker.
    told = bool(bed.model_fields_set & {"person", "chart"})
    person = _dressed(bed, generate(rng, well=told), surname, rng)
    opening = first_illness(bed)
    given = bed.model_fields_set
    acvpu: m.Acvpu = bed.consciousness
    oxygen = bed.oxygen
    if opening is not None:
        row = row_at(trajectories()[opening.trajectory or ""], opening.start / 1000)
        acvpu = acvpu if "consciousness" in given else row[0]
        oxygen = oxygen if "oxygen" in given else row[1]
    person = replace(person, baseline=replace(_baseline(bed, person, opening), acvpu=acvpu))
    return Patient(name, bed, person, _info(bed, person, ward), acvpu, oxygen)


def _dressed(bed: Bed, made: Person, surname: str, rng: np.random.Generator) -> Person:
    """Put what the script says of a person over what chance made."""
    said = bed.person
    sex: Sex = made.sex if said.sex in {None, "X"} else ("F" if said.sex == "F" else "M")
    first = made.full.split(" ")[0] if sex == made.sex else FIRST_NAMES[sex][rng.integers(20)]
    full = said.full or f"{first} {surname}"
    person = replace(
        made,
        age=made.age if said.age is None else said.age,
        sex=sex,
        weight_kg=said.weight_kg or made.weight_kg,
        height_cm=said.height_cm or made.height_cm,
        name=said.name or (f"{full.split()[-1]} {full[:1]}"),
        full=full,
        skin=said.skin or made.skin,
        **RESPONDERS[said.responder],  # type: ignore[arg-type]  # numbers, all of them
    )
    if "person" in bed.model_fields_set:
        person = replace(person, scale=said.scale)
    return with_conditions(person, *said.conditions)


def _baseline(bed: Bed, person: Person, opening: Phase | None) -> Baseline:
    values: dict[str, float] = {}
    if opening is not None:
        table = trajectories()[opening.trajectory or ""]
        values = {s: k.at(opening.start / 1000) for s, k in table.knots.items()}
    values |= {str(s): v for s, v in bed.baseline.items()}
    return replace(person.baseline, **{s: v for s, v in values.items() if s in OWN_SIGNS})  # type: ignore[arg-type]  # numbers only, by the filter above


def first_illness(bed: Bed) -> Phase | None:
    """Return the phase a bed's story begins with, if that is an illness by its table."""
    first = min(bed.phases, key=lambda p: p.at, default=None)
    if first is None or first.trajectory is None or trajectories()[first.trajectory].offset:
        return None
    return first


def row_at(table: Trajectory, t_s: float) -> tuple[m.Acvpu, Oxygen]:
    """Return the consciousness and oxygen that hold at ``t_s`` of an illness."""
    row = next(r for r in reversed(table.rows) if r.t_s <= t_s)
    return row.acvpu, row.oxygen


def _info(bed: Bed, person: Person, ward: str) -> m.PersonInfo:
    chart, said = bed.chart, bed.person
    made = person.info(ward=ward)
    written = "chart" in bed.model_fields_set
    target = said.target if said.target is not None else made.target
    return m.PersonInfo(
        v=1,
        name=person.name,
        full=person.full,
        age=person.age,
        sex=said.sex or person.sex,
        scale=person.scale,
        target=list(target) if target else None,
        reason=chart.reason or made.reason,
        plan=chart.plan or "For full treatment",
        allergies=chart.allergies or "None known",
        history=chart.history if written else made.history,
        drugs=chart.drugs if written else made.drugs,
        ward=ward,
    )
