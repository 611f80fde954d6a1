"""The cuff and an irregular pulse: more scatter, more time, more failures, and nothing but its pulses."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from devices.person import Baseline, Person
from devices.wearables.measured import VALID
from tests.devices.signals_of import engine
from tests.devices.ward_of import hear, played, ward_of

BEDS = 40
SECONDS = 1500


@dataclass
class Measured:
    """What cuffs said: errors of the systolic pressure by bed, how long each took, how many failed."""

    errors: list[list[float]] = field(default_factory=lambda: [[] for _ in range(BEDS)])
    took_s: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def scatter(self) -> float:
        """Return the deviation of one cuff's readings, mmHg."""
        return float(np.mean([np.std(e, ddof=1) for e in self.errors if len(e) > 2]))

    @property
    def bias(self) -> float:
        """Return how much too high all of them are on average."""
        return float(np.mean(np.concatenate([np.array(e) for e in self.errors])))

    @property
    def share_failed(self) -> float:
        """Return which share of the measurements failed."""
        return self.failed / (self.failed + sum(map(len, self.errors)))


def measured(rhythm: str) -> Measured:
    """Return what cuffs said that measure each second minute, of hearts in a rhythm."""
    one, out = engine([Person()] * BEDS), Measured()
    for bed in range(BEDS):
        one.beat_in(bed, rhythm)
    one.cuff.parameters["period_s"][:] = 120.0
    began_s = one.cuff.begins_s.copy()
    for _ in range(SECONDS):
        begins_s = one.cuff.begins_s.copy()
        (report,) = [r for w, r in one.advance(12.0) if w.name == "cuff"]
        began_s = np.where(np.isfinite(begins_s), begins_s, began_s)
        for bed in report.due.tolist():
            reading = report.readings["nibp_sys"]
            if reading.validity[bed] == VALID:
                out.errors[bed].append(float(reading.values[bed] - one.body.now["sbp"][bed]))
            else:
                out.failed += 1
            out.took_s.append(one.now_s - began_s[bed])
    return out


@pytest.mark.slow
def test_fibrillation_scatters_takes_longer_and_fails_more_often() -> None:
    """Readings scatter half as much again and more, in the mean they are right; one in seven fails."""
    even, uneven = measured("sinus"), measured("af")
    assert 3.2 < even.scatter < 4.8
    assert uneven.scatter > 1.5 * even.scatter
    assert abs(uneven.bias - even.bias) < 1.0
    assert np.mean(uneven.took_s) > np.mean(even.took_s) + 8
    assert max(even.took_s) <= 41 < max(uneven.took_s) <= 56
    assert even.share_failed < 0.04
    assert 0.08 < uneven.share_failed < 0.2


def test_a_cuff_counts_pulses_not_beats() -> None:
    """In bigeminy every second beat opens no valve: the cuff says half of what the ECG says."""
    one = ward_of([Person(baseline=Baseline(hr=80))], devices=("patch", "oximeter", "cuff"))
    one.rhythm(0, "bigeminy")
    played(one, 60)
    one.measure(0)
    said = hear(one, 70, "cuff").values("pr_nibp")[-1]
    beats = hear(one, 5, "patch").values("hr")[-1]
    assert said is not None
    assert beats is not None
    assert said == pytest.approx(beats / 2, abs=6)
