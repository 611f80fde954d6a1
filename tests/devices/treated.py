"""Patients, ill and treated, for tests."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from devices.arrays import Floats
from devices.person import Baseline, Person
from devices.physiology import coupling
from devices.physiology.body import Body

ADULT = Person(age=50, weight_kg=70, height_cm=172, baseline=Baseline(hr=80, rr=15, spo2=97, sbp=124, dbp=76))


RETAINER = replace(ADULT, scale=2, baseline=Baseline(hr=84, rr=18, spo2=90, sbp=134, dbp=78, etco2=47))


Ills = tuple[tuple[str, float], ...]


def sign_of(body: Body, sign: str) -> Floats:
    """Return a vital sign of all patients."""
    others = {"drive": body.opioid.drive, "paco2": body.paco2}
    if sign == "map":
        return coupling.mean_pressure(body.now["sbp"], body.now["dbp"])
    return np.array(others.get(sign, body.now.get(sign)), float)


def pairs(ills: Sequence[Ills], minutes: float = 45) -> Body:
    """Return pairs of patients, each pair with its own illness, as it is after ``minutes``."""
    retains = [any(name == "copd" for name, _ in its) for its in ills]
    body = Body([RETAINER if r else ADULT for r in retains for _ in "ab"])
    for k, its in enumerate(ills):
        for name, severity in its:
            for i in (2 * k, 2 * k + 1):
                body.insults.begin(i, name, severity, 60.0)
    return passed(body, minutes)


def passed(body: Body, minutes: float) -> Body:
    """Let time pass."""
    for _ in range(round(60 * minutes)):
        body.advance(1.0, 10.0)
    return body
