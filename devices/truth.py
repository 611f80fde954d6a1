"""What the bodies of a ward are, as the instructor's page and the judges of a session are told."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from broker import messages as m
from devices.arrays import Floats
from devices.engine import Engine
from devices.person import Person
from devices.physiology import coupling
from vitals import news2

DIGITS: Final = 3


def states(engine: Engine, people: Sequence[Person], beds: Sequence[int], t: int) -> list[m.TrueState]:
    """Return the state of each of ``beds`` at ``t``; uneven breaths are counted over a minute."""
    quantities = _quantities(engine)
    keys = tuple(quantities)
    rows = np.round(np.stack(tuple(quantities.values()))[:, beds], DIGITS).T
    known: list[bool] = np.all(np.isfinite(rows), axis=1).tolist()
    said = []
    for bed, row, whole in zip(beds, rows.tolist(), known, strict=True):
        values = dict(zip(keys, row, strict=True))
        said.append(_state(engine, people[bed], bed, values if whole else _finite(values), t))
    return said


def _quantities(engine: Engine) -> dict[str, Floats]:
    """Return what is told by key, ``[N]`` each, in its order on the wire."""
    body, now = engine.body, engine.body.now
    return {
        **now,
        "map": coupling.mean_pressure(now["sbp"], now["dbp"]),
        "fio2": body.fio2,
        "paco2": body.paco2,
        "lactate": body.lactate,
        "hb": body.circulation.haemoglobin_g_l,
        "strain": body.heart.strain,
        "dead": body.heart.dead,
    }


def _finite(values: dict[str, float]) -> dict[str, float]:
    return {key: value for key, value in values.items() if np.isfinite(value)}


def _state(engine: Engine, person: Person, bed: int, values: dict[str, float], t: int) -> m.TrueState:
    breathing = engine.trains.breathing
    if breathing.patterns[bed] != "regular":
        values["rr"] = round(breathing.counted(bed, engine.now_s), 1)
    oxygen, acvpu = engine.body.oxygen[bed], engine.nurse.acvpu[bed]
    # Without flow there is no pulse, whatever the ECG shows, no pressure and no saturation, and a gasp is no
    # breath: each scores as what it is, nothing (reference 7.0; rows of arrest in 7.10 and 7.16).
    flows = 1.0 if engine.body.heart.pulse[bed] > 0.0 else 0.0
    rr, spo2, sbp, pulse = (flows * values[key] for key in ("rr", "spo2", "sbp", "hr"))
    score = news2.score(
        rr=rr, spo2=spo2, oxygen=oxygen != "air", sbp=sbp, pulse=pulse, acvpu=acvpu, temp=values["temp"],
        scale=person.scale,
    )  # fmt: skip
    return m.TrueState(v=1, t=t, m=values, acvpu=acvpu, oxygen=oxygen, news2=score.total)
