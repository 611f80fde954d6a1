"""A sign that is led alone: the others agree with it, and go home with it."""

import numpy as np
import pytest

from devices.physiology.body import Body
from devices.physiology.keys import LIMITS
from scenarios.model import RANGES
from tests.devices.treated import ADULT, passed

pytestmark = pytest.mark.slow


def _led(*aims: tuple[str, float], minutes: float = 5) -> Body:
    """Return bodies of each of which one sign is led."""
    body = Body([ADULT] * len(aims))
    for key in {key for key, _ in aims}:
        body.aim(key, np.array([value if key == k else np.nan for k, value in aims]))
    return passed(body, minutes)


def _let_go(body: Body, minutes: float) -> Body:
    for key in LIMITS:
        body.aim(key, np.full(len(body.oxygen), np.nan))
    return passed(body, minutes)


@pytest.mark.parametrize("sign", sorted(RANGES))
def test_whatever_a_script_may_say_a_body_does(sign: str) -> None:
    """At both ends of its range, and never with a diastolic pressure above the systolic."""
    low, high = RANGES[sign]
    now = _led((sign, low), (sign, high), minutes=10).now
    assert now[sign] == pytest.approx([low, high], abs=0.5)
    assert (now["dbp"] <= now["sbp"]).all()


def test_a_pressure_that_is_led_takes_the_other_along() -> None:
    """Systolic with diastolic in proportion; diastolic pushes systolic up where there is no room."""
    now = _led(("sbp", 70.0), ("sbp", 220.0), ("dbp", 100.0), ("dbp", 150.0), ("dbp", 40.0)).now
    assert now["dbp"][:2] == pytest.approx([70 * 76 / 124, 220 * 76 / 124], abs=1)
    assert now["sbp"][2:4] == pytest.approx([100 / 0.75, 200], abs=1)
    assert now["dbp"][2:] == pytest.approx([100, 150, 40], abs=0.5)
    assert now["sbp"][4] > 110


def test_carbon_dioxide_that_is_led_is_that_of_blood_and_breath() -> None:
    """Arterial lies 3 mmHg above; who has more breathes less, and is sleepy at 90; let go, all goes home."""
    body = _led(("etco2", 20.0), ("etco2", 38.0), ("etco2", 60.0), ("etco2", 90.0), minutes=8)
    assert body.paco2 == pytest.approx([23, 41, 63, 93], abs=0.5)
    assert (np.diff(body.now["rr"]) < -2).all()
    assert (body.now["rr"][[0, 3]] > [19, 3]).all()
    assert body.now["spo2"][2] < body.now["spo2"][1] - 1
    assert (body.consciousness.letters[1], body.consciousness.letters[3]) == ("A", "P")
    _let_go(body, 0.5)
    assert 45 < body.now["etco2"][2] < 58
    quickest = np.zeros(4)
    for _ in range(12):
        quickest = np.maximum(quickest, passed(body, 0.25).now["rr"])
    assert (quickest < 24).all()
    assert body.paco2 == pytest.approx([41] * 4, abs=2)
