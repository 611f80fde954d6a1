"""Insults played beside the tables they were set by, all in one body so that it costs little."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from broker.messages import Acvpu
from devices.person import Baseline, Person
from devices.physiology.body import Body
from devices.physiology.insults import INSULTS
from scenarios.trajectories import Row, trajectories
from vitals import news2

WELL = Baseline(hr=76, rr=15, spo2=97.5, sbp=124, dbp=76, temp=36.8, etco2=38, pi=3.0)
ADULT = Person(age=45, weight_kg=70, height_cm=172, baseline=WELL)
PEOPLE = {
    "copd": Person(age=66, scale=2, baseline=replace(WELL, hr=80, rr=18, spo2=90, sbp=134, dbp=78, etco2=46)),
    "pulmonary-oedema": Person(
        age=72, baseline=replace(WELL, hr=84, rr=17, spo2=96.5, sbp=144, dbp=86, temp=36.7, etco2=37, pi=2.5)
    ),
    "acute-coronary-syndrome": Person(age=60, baseline=replace(WELL, sbp=140, dbp=85)),
    "heat": Person(age=25, baseline=WELL),
    "intracranial-pressure": Person(age=50, baseline=replace(WELL, sbp=132, dbp=78)),
    "haemorrhage": Person(
        age=40, weight_kg=70, height_cm=175, baseline=replace(WELL, rr=16), baroreflex_bpm_mmhg=4.0
    ),
}
"""Whom a table is about; haemorrhage's is the textbook's responder, whose heart answers four times."""
TREATED = {"heat": 1}
"""Rows of a table, from its end, in which somebody treats."""


@dataclass(frozen=True)
class Moment:
    """What a body and its table say at one row."""

    insult: str
    row: Row
    ours: int
    theirs: int
    our_band: str
    their_band: str
    vitals: dict[str, float]
    theirs_are: dict[str, float]
    blood: dict[str, float]
    """End-tidal and arterial CO2 in mmHg, lactate in mmol/L: ours."""


def first_row_s(name: str) -> float:
    """Return how long after its beginning an insult is at the first row of its table."""
    return 0.0 if name == "haemorrhage" else 60.0 * INSULTS[name].minutes[1]


def play(names: Sequence[str]) -> list[Moment]:
    """Return every row of every insult, untreated at severity 1 and tempo 1."""
    body = Body([PEOPLE.get(name, ADULT) for name in names])
    due: list[tuple[float, int, Row | None, Row]] = []
    for i, name in enumerate(names):
        body.insults.begin(i, name)
        rows = trajectories()[INSULTS[name].table].rows
        before = -first_row_s(name)
        for row in rows[: len(rows) - TREATED.get(name, 0)]:
            at = row.t_s + first_row_s(name)
            waits = row.t_s - before - 1 if name == "copd" else min(300.0, 0.34 * (row.t_s - before))
            due += [(at - waits, i, None, row), (at, i, row, row)]
            before = row.t_s
    due.sort(key=lambda d: (d[0], d[1]))
    out, now_s = [], 0.0
    for at, i, seen, row in due:
        while now_s < at:
            body.advance(1.0, 12.0)
            now_s += 1.0
        if seen is None:
            body.breathe(i, row.oxygen.device, row.oxygen.flow_l_min or 0.0)
        else:
            out.append(_moment(names[i], i, body, row))
    return out


def _moment(name: str, i: int, body: Body, row: Row) -> Moment:
    table, scale = trajectories()[INSULTS[name].table], PEOPLE.get(name, ADULT).scale
    signs = ("rr", "spo2", "sbp", "dbp", "hr", "temp")
    here = {s: float(body.now[s][i]) for s in signs}
    wanted = {s: float(table.knots[s].at(row.t_s)) for s in signs}

    def scored(v: dict[str, float], oxygen: str, acvpu: Acvpu) -> news2.News2:
        return news2.score(
            rr=v["rr"], spo2=v["spo2"], oxygen=oxygen != "air", sbp=v["sbp"], pulse=v["hr"],
            acvpu=acvpu, temp=v["temp"], scale=scale,
        )  # fmt: skip

    ours = scored(here, body.oxygen[i], body.consciousness.letters[i])
    theirs = scored(wanted, row.oxygen.device, row.acvpu)
    return Moment(
        name,
        row,
        ours.at_least,
        theirs.at_least,
        news2.risk_of(ours.at_least, ours.max_single),
        news2.risk_of(theirs.at_least, theirs.max_single),
        here,
        wanted,
        {
            "etco2": float(body.now["etco2"][i]),
            "paco2": float(body.paco2[i]),
            "lactate": float(body.lactate[i]),
        },
    )
