"""The body: published gas exchange, couplings in the right direction, invariants."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.person import Baseline, Person, generate
from devices.physiology import gas
from devices.physiology.body import KEYS, LIMITS, Body
from devices.physiology.insults import INSULTS
from devices.physiology.settle import settle
from devices.randomness import generator


def one(value: float) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Return an array of one."""
    return np.array([value])


# Severinghaus 1979 and clinical reference 8.4: tension (mmHg), saturation (%).
CURVE = ((10, 9.65), (20, 31.98), (26.86, 50.01), (30, 57.38), (40, 74.95), (50, 84.99), (60, 90.58),
         (70, 93.79), (80, 95.73), (90, 96.94), (100, 97.75), (150, 99.32))  # fmt: skip


@pytest.mark.parametrize(("tension", "percent"), CURVE)
def test_the_dissociation_curve_is_severinghaus(tension: float, percent: float) -> None:
    """Within the formula's own error of 0.55 %, and its inverse leads back."""
    assert 100 * gas.saturation(one(tension))[0] == pytest.approx(percent, abs=0.05)
    assert gas.tension(gas.saturation(one(tension)))[0] == pytest.approx(tension, rel=1e-6)


# Clinical reference 8.4: shunt, FiO2, arterial saturation (%), with Hb 150 g/L and PaCO2 40 mmHg.
SHUNTS = (
    (0.02, 0.21, 97.3), (0.05, 0.28, 98.5), (0.10, 0.21, 95.3), (0.10, 0.40, 98.7), (0.20, 0.21, 92.0),
    (0.20, 0.60, 97.9), (0.30, 0.21, 87.7), (0.30, 1.00, 97.7), (0.40, 0.40, 86.0), (0.50, 0.21, 73.8),
)  # fmt: skip


DEVICES = (
    *(("nasal cannula", flow, 0.20 + 0.04 * flow, 0.005) for flow in (1, 2, 3, 4, 5, 6)),
    *(("venturi", flow, fio2, 0.001) for flow, fio2 in ((2, 0.24), (4, 0.28), (6, 0.31), (8, 0.35))),
    ("venturi", 10, 0.40, 0.001), ("venturi", 15, 0.60, 0.001),
    ("face mask", 5, 0.40, 0.001), ("face mask", 10, 0.60, 0.001),
    ("non-rebreather", 10, 0.60, 0.001), ("non-rebreather", 15, 0.90, 0.001), ("air", 0, 0.21, 0.001),
)  # fmt: skip
"""Device, flow in L/min, inspired fraction and how near: the clinical reference 7.22."""


@pytest.mark.parametrize(("device", "flow", "fio2", "near"), DEVICES)
def test_devices_give_the_oxygen_of_the_reference(device: str, flow: float, fio2: float, near: float) -> None:
    """FiO2 by device and flow."""
    assert gas.fio2_of(device, flow) == pytest.approx(fio2, abs=near)


@pytest.mark.parametrize(("shunt", "fio2", "percent"), SHUNTS)
def test_oxygen_helps_less_the_greater_the_shunt(shunt: float, fio2: float, percent: float) -> None:
    """Saturations are the reference's, and the inverse finds the shunt again."""
    found = gas.arterial_saturation(one(fio2), one(40.0), one(shunt))
    assert 100 * found[0] == pytest.approx(percent, abs=0.1)
    if fio2 < 0.3:
        assert gas.shunt_for(found, one(fio2), one(40.0))[0] == pytest.approx(shunt, abs=0.01)


@pytest.mark.parametrize(
    ("device", "flow", "fio2"),
    [("air", 0, 0.21), ("nasal cannula", 2, 0.28), ("nasal cannula", 6, 0.44), ("venturi", 4, 0.28),
     ("non-rebreather", 15, 0.90), ("face mask", 5, 0.40)],
)  # fmt: skip
def test_oxygen_devices_give_what_the_table_says(device: str, flow: float, fio2: float) -> None:
    """Clinical reference 7.22."""
    assert gas.fio2_of(device, flow) == pytest.approx(fio2)


@given(now=st.floats(0, 300), target=st.floats(0, 300), dt_s=st.floats(0, 1e4))
def test_settling_never_overshoots(now: float, target: float, dt_s: float) -> None:
    """Whatever the step, the value stays between where it was and where it is going."""
    after = settle(one(now), one(target), dt_s, tau_s=60)[0]
    assert min(now, target) - 1e-9 <= after <= max(now, target) + 1e-9


def after(body: Body, seconds: int, dt_s: float = 1.0) -> Body:
    """Let time pass."""
    for _ in range(round(seconds / dt_s)):
        body.advance(dt_s, 10.0)
    return body


@pytest.mark.slow
def test_a_person_left_alone_stays_at_their_baseline() -> None:
    """Half an hour changes nothing but the day's rhythm of temperature."""
    people = [generate(generator(1, f"bed{i}", "person")) for i in range(40)]
    body = after(Body(people), 1800)
    for key, within in (("hr", 2.0), ("rr", 1.0), ("spo2", 0.7), ("sbp", 0.1), ("etco2", 1.5), ("pi", 0.1)):
        assert np.max(np.abs(body.now[key] - body.rest[key])) <= within, key


def aimed(key: str, value: float, seconds: int = 600) -> Body:
    """Return a typical person led to ``value`` of ``key``."""
    body = Body([Person()])
    body.aim(key, one(value))
    return after(body, seconds)


def test_what_a_script_leaves_alone_follows() -> None:
    """Pressure down: heart up, perfusion down. Fever: heart and breath up. Hypoxia and CO2: breath up."""
    rest = Body([Person()]).now
    bled = aimed("sbp", 84.0).now
    assert bled["hr"][0] > rest["hr"][0] + 15
    assert bled["pi"][0] < 0.6 * rest["pi"][0]
    fever = aimed("temp", 38.7).now
    assert 14 <= fever["hr"][0] - rest["hr"][0] <= 22  # 8 to 10 /min per °C
    assert 4 <= fever["rr"][0] - rest["rr"][0] <= 6  # 2 to 3 /min per °C
    assert aimed("spo2", 84.0).now["rr"][0] > rest["rr"][0] + 2.5
    slow = aimed("rr", 5.0).now
    assert slow["etco2"][0] > rest["etco2"][0] + 8
    assert slow["spo2"][0] < rest["spo2"][0] - 2


def test_a_beta_blocked_heart_hardly_answers() -> None:
    """The same fall of pressure, a fraction of the tachycardia."""
    body = Body([Person(baroreflex_bpm_mmhg=0.4)])
    body.aim("sbp", one(84.0))
    assert after(body, 600).now["hr"][0] < aimed("sbp", 84.0).now["hr"][0] - 10


def test_oxygen_raises_saturation_where_there_is_shunt() -> None:
    """Four litres by cannula lift a moderate shunt within minutes, and a large one little."""
    gains = []
    for shunt in (0.15, 0.45):
        body = Body([Person()])
        body.aim("shunt", one(shunt))
        before = after(body, 600).now["spo2"][0]
        body.breathe(0, "nasal cannula", 4.0)
        gains.append(after(body, 300).now["spo2"][0] - before)
    assert gains[0] > 2.0
    assert gains[1] < gains[0] + 2.0


@pytest.mark.slow
@pytest.mark.parametrize("key", KEYS)
def test_an_aim_is_reached_and_can_be_released(key: str) -> None:
    """A pinned value is held within a thousandth of its range; released, it returns."""
    low, high = LIMITS[key]
    body = Body([Person(), Person()])
    start = body.now[key].copy()
    goal = {"sbp": 100.0, "dbp": 80.0}.get(key, low + 0.4 * (high - low))
    body.aim(key, np.array([goal, np.nan]))
    after(body, 900)
    assert body.now[key][0] == pytest.approx(goal, abs=1e-3 * (high - low))
    if key in {"sbp", "spo2", "shunt"}:
        body.aim(key, np.full(2, np.nan))
        after(body, 1800)
        assert body.now[key][0] == pytest.approx(start[0], abs=1.0)


@pytest.mark.slow
def test_the_step_hardly_matters() -> None:
    """Steps of 0.1 s and of 1 s agree within 1 % after minutes of changes."""
    coarse, fine = Body([Person()]), Body([Person()])
    for body, dt_s in ((coarse, 1.0), (fine, 0.1)):
        body.aim("sbp", one(80.0))
        body.aim("temp", one(39.0))
        after(body, 200, dt_s)
        body.aim("rr", one(8.0))
        after(body, 200, dt_s)
    for key in KEYS:
        assert coarse.now[key][0] == pytest.approx(fine.now[key][0], rel=0.01, abs=0.05), key


@pytest.mark.slow
def test_the_step_hardly_matters_in_any_illness() -> None:
    """Each insult at six times its tempo for half an hour: steps of 0.5 s and 1 s agree to 3 % of a range.

    The most is where a heart stops: then everything moves within seconds.
    """
    names = sorted(INSULTS)
    people = [generate(generator(5, name, "person")) for name in names]
    coarse, fine = Body(people), Body(people)
    for body in (coarse, fine):
        for i, name in enumerate(names):
            body.insults.begin(i, name, severity=0.5, tempo=6.0)
    for _ in range(30):
        after(coarse, 60)
        after(fine, 60, 0.5)
        for key, (low, high) in LIMITS.items():
            apart = np.abs(coarse.now[key] - fine.now[key])
            assert apart.max() <= 0.03 * (high - low), (key, names[int(apart.argmax())])


AIMS = st.dictionaries(
    st.sampled_from(KEYS), st.one_of(st.just(float("nan")), st.floats(-50, 400)), max_size=6
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    steps=st.lists(st.tuples(AIMS, st.integers(1, 60)), min_size=1, max_size=6),
    seed=st.integers(0, 10_000),
    oxygen=st.sampled_from(["air", "nasal cannula", "non-rebreather"]),
)
def test_whatever_a_script_wants_the_body_stays_possible(
    steps: list[tuple[dict[str, float], int]], seed: int, oxygen: str
) -> None:
    """Nothing is NaN, everything stays within its limits, and diastolic < mean < systolic with a pulse."""
    body = Body([generate(generator(seed, "bed01", "person"))])
    body.breathe(0, oxygen, 0.0 if oxygen == "air" else 10.0)
    for aims, seconds in steps:
        for key, value in aims.items():
            body.aim(key, one(value))
        after(body, seconds)
        for key, (low, high) in LIMITS.items():
            assert low - 1e-9 <= body.now[key][0] <= high + 1e-9, key
        systolic, diastolic = body.now["sbp"][0], body.now["dbp"][0]
        assert diastolic < systolic or systolic <= 4.0
        assert np.isfinite(body.paco2[0])


def test_people_are_adults_with_plausible_baselines() -> None:
    """Five hundred drawn people lie within the reference's ranges, and their names tell them apart."""
    people = [generate(generator(2, f"bed{i}", "person")) for i in range(500)]
    assert all(p.age >= 18 for p in people)
    assert 66 <= np.mean([p.baseline.hr for p in people]) <= 74
    assert 118 <= np.mean([p.baseline.sbp for p in people]) <= 134
    assert all(p.baseline.dbp + 30 <= p.baseline.sbp for p in people)
    assert all((p.scale == 2) == (p.baseline.spo2 < 93) for p in people)
    assert len({p.full for p in people}) > 250
    assert Baseline().acvpu == "A"


@pytest.mark.slow
@pytest.mark.parametrize("key", ["hr", "sbp", "spo2", "rr", "temp", "etco2"])
def test_a_pin_and_its_release_are_slopes_and_not_steps(key: str) -> None:
    """Taken and given back in an illness, no second moves a vital sign by a tenth of its range."""
    body = Body([Person()])
    body.insults.begin(0, "sepsis", severity=0.7, tempo=30)
    low, high = LIMITS[key]
    goal = {"hr": 150.0, "sbp": 170.0, "spo2": 80.0, "rr": 30.0, "temp": 34.0, "etco2": 70.0}[key]
    course = []
    for pinned in (False, True, False):
        body.aim(key, one(goal if pinned else float("nan")))
        for _ in range(240):
            course.append(float(body.now[key][0]))
            body.advance(1.0, 12.0)
        if pinned and key != "temp":
            assert course[-1] == pytest.approx(goal, rel=0.02)
    assert np.max(np.abs(np.diff(course))) < 0.1 * (high - low)


@pytest.mark.slow
def test_oxygen_used_is_what_blood_brought() -> None:
    """Tissue uses no more than arrives and is there, whatever fails: breath, flow, or haemoglobin."""
    body = Body([Person()] * 4)
    for i, insult in enumerate(("pneumonia", "haemorrhage", "apnoea", "ventricular-fibrillation")):
        body.insults.begin(i, insult, tempo=10)
    wanted = body.stores.used_ml_min.copy()
    for _ in range(1200):
        body.advance(1.0, 12.0)
        used, short = body.stores.used_ml_min, body.stores.short_ml_min
        assert (used >= -1e-9).all()
        assert (short >= 0).all()
        assert (used <= 3 * wanted).all()
    assert body.stores.used_ml_min[0] == pytest.approx(wanted[0], rel=0.2)
    assert (body.stores.used_ml_min[1:] < 0.1 * wanted[1:]).all()


def test_blood_is_neither_made_nor_lost() -> None:
    """Given, lost and taken by tissue account for the volume; fluid leaves the cells as many."""
    body = Body([Person()])
    circulation = body.circulation
    for what, flow in (("bleeding", 80.0), ("crystalloid", 50.0), ("bleeding", 0.0), ("blood", 40.0)):
        body.affect(0, what, flow)
        after(body, 240)
    given = circulation.given_ml + circulation.transfused_ml
    inside = given - circulation.lost_ml - circulation.leaked_ml - circulation.tissue_ml
    assert circulation.change_ml[0] == pytest.approx(inside[0], abs=1e-6)
    body.affect(0, "blood", 0.0)
    masses = []
    for _ in range(2):
        volume = circulation.volume_ml + circulation.change_ml
        masses.append(float((circulation.haemoglobin_g_l * volume)[0]))
        after(body, 300)
    assert masses[0] == pytest.approx(masses[1], rel=1e-9)
