"""Obstructive apnoea shows in the saturation of anybody: a saw-tooth from 95 to 84 % (reference 7.25)."""

from itertools import pairwise

import numpy as np
import pytest

from devices.person import Baseline, Person
from tests.devices.ward_of import played, ward_of

pytestmark = pytest.mark.slow
OF_WEIGHT = tuple((kg, rr, spo2) for kg, rr, spo2 in ((60, 14, 97), (70, 14, 97), (70, 18, 97), (85, 15, 96)))


def test_the_lean_desaturate_in_obstructive_apnoea_as_in_the_reference() -> None:
    """To 84 % and back to 95, give or take 4, in cycles of 40 to 60 s; regular again, all is well."""
    people = [
        Person(age=55, weight_kg=kg, height_cm=175, baseline=Baseline(hr=70, rr=rr, spo2=spo2))
        for kg, rr, spo2 in OF_WEIGHT
    ]
    ward = ward_of(people, devices=("oximeter",))
    for i in range(len(people)):
        ward.breathing(i, "obstructive")
    played(ward, 240)
    seen = []
    for _ in range(600):
        played(ward, 1)
        seen.append([t.m["spo2"] for t in ward.truths(range(len(people)))])
    for i, course in enumerate(np.array(seen).T):
        ups = np.nonzero((course[:-1] < 92) & (course[1:] >= 92))[0]
        assert 40 <= np.median(np.diff(ups)) <= 60, OF_WEIGHT[i]
        cycles = [course[a:b] for a, b in pairwise(ups)]
        assert np.mean([c.min() for c in cycles]) == pytest.approx(84, abs=4), OF_WEIGHT[i]
        assert np.mean([c.max() for c in cycles]) == pytest.approx(95, abs=2.5), OF_WEIGHT[i]
    for i in range(len(people)):
        ward.breathing(i, "regular")
    played(ward, 240)
    assert min(t.m["spo2"] for t in ward.truths(range(len(people)))) > 94
