"""How much a body's own answers, and treatments without a published size, do: numbers of their own.

From the clinical reference where it has one, else what code and docs state as *heuristic*.
"""

import numpy as np
import pytest

from devices.arrays import Floats
from devices.conditions import with_conditions
from devices.person import Baseline, Person
from devices.physiology import coupling, rows
from devices.physiology.body import Body
from devices.physiology.opioid import Opioid


def after(body: Body, seconds: int) -> Body:
    """Let time pass."""
    for _ in range(seconds):
        body.advance(1.0, 10.0)
    return body


def aimed(*aims: dict[str, float], seconds: int = 600) -> Body:
    """Return typical people, each led to what a script says of them."""
    body = Body([Person()] * len(aims))
    for key in {key for its in aims for key in its}:
        body.aim(key, np.array([its.get(key, np.nan) for its in aims]))
    return after(body, seconds)


def mean_pressure(body: Body) -> Floats:
    """Return mean arterial pressure of all."""
    return coupling.mean_pressure(body.now["sbp"], body.now["dbp"])


@pytest.mark.parametrize(("key", "least", "most"), [("hr", 8.0, 10.0), ("rr", 2.0, 3.0)])
def test_each_degree_of_fever_quickens_heart_and_breath(key: str, least: float, most: float) -> None:
    """Reference 8.9: by 8 to 10 and by 2 to 3 a minute, for a degree and for two."""
    well, one, two = aimed({}, {"temp": 37.7}, {"temp": 38.7}).now[key].tolist()
    assert least <= one - well <= most
    assert least <= two - one <= most


def test_each_percent_of_saturation_that_is_missing_drives_breath() -> None:
    """Reference 8.4: 0.7 L/min per % below 95, at a carbon dioxide that stays."""
    resting_l_min = 6.0
    for spo2 in (90.0, 85.0, 80.0):
        lack = coupling.lack_of_oxygen(spo2, 97.5)
        more = resting_l_min * (coupling.ventilation(1.0, lack, resting_l_min, 1.0) - 1.0)
        assert more / (95.0 - spo2) == pytest.approx(0.7, abs=0.1)


def test_a_finger_in_shock_has_a_fifth_of_its_pulse() -> None:
    """Reference 8.8: narrow vessels leave a fifth of its index; at MAP 50 with the usual pulse pressure."""
    well, shock = aimed({}, {"sbp": 83.3, "dbp": 33.3}).now["pi"].tolist()
    assert 4.0 < well / shock < 7.0


def test_end_tidal_co2_falls_with_the_output_once_that_is_below_four_litres() -> None:
    """Reference 8.4: what arterial blood has, times output over 4 L/min; over 16 who bleed, for 25 min."""
    body = Body([Person()] * 16)
    for bed in range(16):
        body.affect(bed, "bleeding", 40.0 + 4.0 * bed)
    seen = []
    for _ in range(25):
        after(body, 60)
        seen.append([5.0 * body.state[rows.FLOW], body.now["etco2"] / (body.paco2 - 3.0)])
    output, share = np.array(seen).transpose(1, 0, 2).reshape(2, -1)
    much, little = output > 4.2, (output > 1.0) & (output < 3.5)
    assert little.sum() > 10
    assert share[much].min() > 0.95
    assert np.abs(share[little] - output[little] / 4.0).max() < 0.1


def test_lactate_halves_in_an_hour() -> None:
    """Reference 8.5: half-life 60 min once shock is over."""
    body = Body([Person()])
    body.lactate[:] = 7.0
    after(body, 1200)
    assert 20.0 / np.log2((7.0 - 1.0) / (body.lactate[0] - 1.0)) == pytest.approx(60.0, rel=0.15)


def test_compressions_slow_the_clock_of_a_still_heart() -> None:
    """A third of normal flow leaves a third of its pace: 7 min to fine fibrillation are 14 and more."""
    body = Body([Person()] * 2)
    for i in range(2):
        body.insults.begin(i, "ventricular-fibrillation")
    after(body, 30)
    body.treatments.give(0, "cpr")
    after(body, 30)
    before = body.heart.still_s.copy()
    with_cpr, without = (after(body, 200).heart.still_s - before).tolist()
    assert without == pytest.approx(200.0)
    assert 0.2 < with_cpr / without < 0.5


def test_naloxone_leaves_in_three_quarters_of_an_hour_to_an_hour() -> None:
    """Reference 8.6: half-life 45 to 60 min, so that an opioid outlasts it."""
    state = rows.matrix(1)
    opioid, there = Opioid(state), []
    opioid.naloxone(0, 0.4)
    for _ in range(2):
        for _ in range(1800):
            opioid.advance(1.0)
        there.append(float(state[rows.NALOXONE_THERE, 0]))
    assert 45 * 0.9 < 30.0 / np.log2(there[0] / there[1]) < 60 * 1.1


def test_a_milligram_of_adrenaline_into_a_vein_nearly_doubles_the_pressure_of_who_has_a_pulse() -> None:
    """MAP rises by two thirds and more within two minutes, and the heart by 30 /min against its reflex."""
    body = Body([Person()] * 2)
    body.treatments.give(0, "adrenaline-iv", 1.0)
    after(body, 100)
    treated, twin = mean_pressure(body).tolist()
    assert 1.67 < treated / twin < 2.2
    assert 25 < body.now["hr"][0] - body.now["hr"][1] < 50


def test_noradrenaline_whitens_the_finger() -> None:
    """It narrows vessels: pressure rises, and the finger's pulse falls by a third and more (*heuristic*)."""
    body = Body([Person()] * 2)
    body.treatments.give(0, "noradrenaline", 0.1)
    after(body, 420)
    treated, twin = body.now["pi"].tolist()
    assert mean_pressure(body)[0] > mean_pressure(body)[1] + 5
    assert 0.2 < treated / twin < 0.67


def test_a_steroid_eases_asthma_after_hours_and_not_in_a_session() -> None:
    """Reference 7.23: after 4 to 6 h; nothing in an hour, and by 9 h breath is slower than the twin's."""
    body = Body([Person()] * 2)
    for i in range(2):
        body.insults.begin(i, "bronchospasm", 0.5, 60.0)
    after(body, 300)
    body.treatments.give(0, "steroid")
    gains = []
    for skipped_h in (1.0, 8.0):
        body.treatments.advance(skipped_h * 3600.0, body, body.influence, body.insults)
        after(body, 300)
        gains.append(float(body.now["rr"][1] - body.now["rr"][0]))
    assert abs(gains[0]) < 0.5
    assert gains[1] > 2.0


def test_a_beta_blocked_heart_goes_slower_by_ten_to_fifteen() -> None:
    """Reference 3.5; at rest."""
    well = Person(age=62, baseline=Baseline(hr=76))
    slower = well.baseline.hr - with_conditions(well, "beta-blocker").baseline.hr
    assert 10 <= slower <= 15
