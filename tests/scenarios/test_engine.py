"""The script, run: who lies where, what the body is driven to, what happens when."""

from itertools import pairwise
from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios import library
from scenarios.cast import Patient, cast
from scenarios.check import words
from scenarios.engine import Engine
from scenarios.loader import loaded_or_raise
from scenarios.model import Scenario
from scenarios.trajectories import SIGNS, trajectories
from scenarios.turns import ChartTurn, FaultTurn, Labelled

HOUR_MS = 3_600_000


def scenario(beds: str, head: str = "") -> Scenario:
    """Return a scenario with these beds, written in YAML's flow style."""
    return loaded_or_raise(f"name: test\ntitle: Test\n{head}\nbeds: {beds}\n")


def engine(beds: str, seed: int = 1) -> Engine:
    """Return these beds' engine."""
    return Engine(cast(scenario(beds), seed))


def at(ward: Engine, at_ms: int, sign: str, bed: int = 0) -> float:
    """Return what one bed's sign is driven to; NaN where nothing drives it."""
    found = ward.targets(at_ms).get(sign)
    return float("nan") if found is None else float(found[bed])


@pytest.mark.parametrize("key", [t.key for t in trajectories().values() if not t.offset])
def test_a_bed_without_a_baseline_of_its_own_has_its_illness_exactly_at_each_row(key: str) -> None:
    """Through scenario, cast and engine, at another tempo, the rows come out as printed."""
    table = trajectories()[key]
    tempo = 4
    ward = engine(f"[{{phases: [{{name: x, at: 10 s, trajectory: {key}, tempo: {tempo}}}]}}]")
    acvpu, oxygen = ward.patients[0].acvpu, ward.patients[0].oxygen
    passed = 0
    for row in table.rows:
        now = 10_000 + round(row.t_s * 1000 / tempo)
        for sign in ("hr", "rr", "spo2", "sbp", "dbp", "temp"):
            assert at(ward, now, sign) == pytest.approx(table.knots[sign].at(row.t_s), abs=1e-6)
        for happening in ward.happenings(passed, now):
            if isinstance(happening.what, ChartTurn):
                acvpu = happening.what.acvpu or acvpu
                oxygen = happening.what.oxygen or oxygen
        passed = now
        assert (acvpu, oxygen) == (row.acvpu, row.oxygen)


def test_an_illness_begins_from_the_persons_own_values_and_ends_at_the_tables() -> None:
    """The difference fades; there is no jump."""
    ward = engine("[{baseline: {hr: 60}, phases: [{name: x, trajectory: sepsis, at: 1 min, to: 8 h}]}]")
    assert isnan(at(ward, 59_999, "hr"))
    assert at(ward, 60_000, "hr") == pytest.approx(60)
    assert at(ward, 60_000 + 8 * HOUR_MS, "hr") == pytest.approx(122)
    assert at(ward, 99 * HOUR_MS, "hr") == pytest.approx(122)


def test_a_cut_plays_its_part_of_the_table_only() -> None:
    """From 2 h to 6 h, sixty times faster, takes four minutes, and then the values stay."""
    ward = engine("[{phases: [{name: x, trajectory: sepsis, from: 2 h, to: 6 h, tempo: 60}]}]")
    assert ward.patients[0].own("hr") == 92
    assert at(ward, 0, "rr") == pytest.approx(19)
    assert at(ward, 120_000, "rr") == pytest.approx(21)
    assert at(ward, 240_000, "rr") == at(ward, HOUR_MS, "rr") == pytest.approx(24)


def turns(ward: Engine) -> list[tuple[int, str | None]]:
    """Return when consciousness changes, and to what."""
    found = ward.happenings(-1, HOUR_MS)
    return [(h.at_ms, h.what.acvpu) for h in found if isinstance(h.what, ChartTurn)]


def test_a_row_where_one_phase_ends_and_the_next_begins_is_not_lost() -> None:
    """The patient is confused from the eighth hour of sepsis, whoever plays it."""
    cut = (
        "[{phases: [{name: a, trajectory: sepsis, to: 8 h, tempo: 600},"
        " {name: b, at: 48 s, trajectory: sepsis, from: 8 h, to: 9 h, tempo: 600}]}]"
    )
    assert (48_000, "C") in turns(engine(cut))
    leap = cut.replace("to: 8 h, tempo", "to: 2 h, tempo")
    assert turns(engine(leap)) == [(48_000, "C")]


def test_an_episode_leaves_the_body_to_itself_again() -> None:
    """Pain lifts the pulse by 25 over the person's own, for twenty minutes."""
    ward = engine("[{baseline: {hr: 70}, phases: [{name: x, trajectory: pain, at: 1 min}]}]")
    assert at(ward, 180_000, "hr") == pytest.approx(95)
    assert isnan(at(ward, 60_000 + 20 * 60_000, "hr"))


def test_a_trend_moves_from_where_it_is_and_own_gives_it_back() -> None:
    """To a value, by an amount, and back to the body."""
    ward = engine(
        "[{baseline: {hr: 70}, trends: ["
        "{sign: hr, to: 110, at: 1 min, over: 2 min, shape: linear},"
        "{sign: hr, by: -10, at: 5 min},"
        "{sign: hr, to: own, at: 6 min, over: 1 min}]}]"
    )
    assert at(ward, 60_000, "hr") == pytest.approx(70)
    assert at(ward, 120_000, "hr") == pytest.approx(90)
    assert at(ward, 200_000, "hr") == pytest.approx(110)
    assert at(ward, 301_000, "hr") == pytest.approx(100)
    assert at(ward, 390_000, "hr") == pytest.approx(85)
    assert isnan(at(ward, 420_000, "hr"))


def test_glucose_is_a_sign_like_the_others() -> None:
    """Somebody's own, aimed at, and offered to an instructor's hand with its unit and bounds."""
    ward = engine("[{baseline: {glucose: 8}, trends: [{sign: glucose, to: 3, over: 2 min, shape: linear}]}]")
    assert ward.patients[0].person.baseline.glucose == 8
    assert at(ward, 60_000, "glucose") == pytest.approx(5.5)
    assert at(ward, 120_000, "glucose") == 3
    offered = words()
    assert offered["sign"]["glucose"] == {"label": "glucose", "unit": "mmol/L", "least": 0.6, "most": 60}
    assert "glucose" in offered["held"]


def test_a_trend_on_hold_steps_at_its_end() -> None:
    """Nothing moves before."""
    ward = engine("[{baseline: {rr: 14}, trends: [{sign: rr, to: 24, at: 1 s, over: 5 s, shape: hold}]}]")
    assert at(ward, 5900, "rr") == 14
    assert at(ward, 6000, "rr") == 24


def test_a_phase_that_lasts_gives_back_what_it_drove() -> None:
    """Within a minute of its end, and only what nobody else took over."""
    ward = engine(
        "[{phases: [{name: x, lasts: 1 min, trends: [{sign: hr, to: 120}, {sign: rr, to: 30}]}],"
        " trends: [{sign: rr, to: 12, at: 30 s}]}]"
    )
    assert at(ward, 59_000, "hr") == 120
    assert isnan(at(ward, 121_000, "hr"))
    assert at(ward, 121_000, "rr") == 12


def test_a_scripted_systolic_pressure_takes_the_diastolic_with_it() -> None:
    """They never meet, however low the script goes."""
    ward = engine("[{baseline: {sbp: 130, dbp: 80}, trends: [{sign: sbp, to: 50, over: 1 min}]}, {}]")
    for now in range(0, 90_000, 5000):
        both = at(ward, now, "sbp"), at(ward, now, "dbp")
        assert both[0] - both[1] >= 8
    assert isnan(at(ward, 90_000, "dbp", bed=1))


def test_a_scripted_diastolic_pressure_alone_stays_as_written() -> None:
    """Nobody pulls it down to nothing."""
    ward = engine("[{trends: [{sign: dbp, to: 50}]}, {trends: [{sign: sbp, to: 90}]}]")
    assert at(ward, 1000, "dbp") == 50


def test_a_fault_is_on_for_its_time_and_labelled() -> None:
    """On, off, and known to the scorer as what it is."""
    ward = engine("[{faults: [{kind: motion, device: oximeter, at: 10 s, lasts: 5 s}]}]")
    turns = [(h.at_ms, h.what.on) for h in ward.happenings(-1, HOUR_MS) if isinstance(h.what, FaultTurn)]
    assert turns == [(10_000, True), (15_000, False)]
    labels = [h.what for h in ward.happenings(-1, HOUR_MS) if isinstance(h.what, Labelled)]
    assert [(x.kind, x.end_ms) for x in labels] == [("motion", 15_000)]


def test_the_plan_tells_the_instructor_what_comes() -> None:
    """Phases end where the next begins; the table's rows stand in between."""
    ward = engine(
        "[{phases: [{name: Early, at: 1 min, trajectory: sepsis, to: 4 h, tempo: 60},"
        " {name: Late, at: 6 min, trajectory: sepsis, from: 4 h, to: 8 h, tempo: 60}]}]"
    )
    plan = ward.plans(1000)[0]
    assert plan.condition == "Sepsis"
    phases = {i.name: (i.start, i.end) for i in plan.items if i.kind == "phase"}
    assert phases == {"Early": (61_000, 361_000), "Late": (361_000, None)}
    assert [i.name for i in plan.items if i.kind == "event"] == ["NEWS2 1", "NEWS2 5", "NEWS2 9", "NEWS2 15"]


@pytest.mark.slow
@pytest.mark.parametrize("name", library.names())
def test_no_sign_jumps_in_a_scenario_of_the_library(name: str) -> None:
    """From one second to the next a body moves by little; a step would give the script away."""
    most = {"hr": 3, "rr": 1, "spo2": 2, "sbp": 4, "dbp": 3, "temp": 0.1, "etco2": 2, "pi": 0.5}
    ward = Engine(cast(loaded_or_raise(library.text(name)), 3))
    for before, after in pairwise(range(0, 50 * 60_000, 1000)):
        a, b = ward.targets(before), ward.targets(after)
        for sign, values in a.items():
            own = np.array([p.own(sign) for p in ward.patients])
            step = np.abs(np.where(np.isnan(b[sign]), own, b[sign]) - np.where(np.isnan(values), own, values))
            assert step.max() <= most[sign], (sign, before)


def essence(patient: Patient) -> tuple[object, ...]:
    """Return what makes a patient that one."""
    return patient.bed, patient.person, patient.info, patient.acvpu, patient.oxygen


@pytest.mark.slow
@settings(max_examples=25)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**40))
def test_more_or_fewer_beds_change_nobody(few: int, many: int, seed: int) -> None:
    """A bed of a small ward is the same in a large one."""
    ward = loaded_or_raise(library.text("sepsis"))
    small = {p.bed: essence(p) for p in cast(ward, seed, few)}
    large = {p.bed: essence(p) for p in cast(ward, seed, many)}
    assert len(small) == few
    shared = small.keys() & large.keys()
    assert len(shared) == min(few, many)
    assert all(small[bed] == large[bed] for bed in shared)


def test_fewer_beds_keep_the_story() -> None:
    """The bed that deteriorates is the last to go."""
    ward = loaded_or_raise(library.text("sepsis"))
    assert [p.bed for p in cast(ward, 1, 4)] == ["bed01", "bed02", "bed03", "bed05"]
    assert [p.bed for p in cast(ward, 1, 1)] == ["bed01"]


def test_a_large_ward_has_people_in_every_bed() -> None:
    """A thousand beds, all named, no name of the scenario's own twice."""
    people = cast(loaded_or_raise(library.text("sepsis")), 5, 1000)
    assert len({p.bed for p in people}) == 1000
    assert all(p.info.name and p.info.age and p.info.reason for p in people)
    assert sum(p.info.name.startswith("Halvorsen") for p in people) == 1


@pytest.mark.slow
@settings(max_examples=25)
@given(st.integers(0, 3 * HOUR_MS), st.integers(0, 3 * HOUR_MS), st.integers(0, 3 * HOUR_MS))
def test_what_happens_is_the_same_in_one_stretch_or_in_many(a: int, b: int, c: int) -> None:
    """Taking a session up in the middle loses nothing and repeats nothing."""
    ward = Engine(cast(loaded_or_raise(library.text("sepsis")), 1))
    start, middle, end = sorted((a, b, c))
    whole = list(ward.happenings(start, end))
    assert [*ward.happenings(start, middle), *ward.happenings(middle, end)] == whole
    again = Engine(cast(loaded_or_raise(library.text("sepsis")), 1))
    for sign, values in ward.targets(middle).items():
        assert np.array_equal(again.targets(middle)[sign], values, equal_nan=True)


trend = st.fixed_dictionaries(
    {"sign": st.sampled_from(SIGNS), "at": st.integers(0, 600).map("{} s".format)},
    optional={
        "over": st.integers(0, 600).map("{} s".format),
        "shape": st.sampled_from(["linear", "smooth", "hold"]),
    },
)
phase = st.fixed_dictionaries(
    {"name": st.just("p"), "trajectory": st.sampled_from(sorted(trajectories()))},
    optional={"tempo": st.floats(0.5, 600), "lasts": st.integers(1, 3000).map("{} s".format)},
)


@settings(max_examples=40)
@given(
    st.lists(trend.flatmap(lambda t: st.floats(-20, 200).map(lambda v: t | {"by": v})), max_size=6),
    st.lists(phase, max_size=3),
    st.lists(st.integers(0, 4000), min_size=1, max_size=20),
)
def test_whatever_is_written_the_body_stays_within_the_possible(
    trends: list[dict[str, object]], phases: list[dict[str, object]], times_s: list[int]
) -> None:
    """No script drives a vital sign beyond its range, nor the pressures past each other."""
    phases = [p | {"at": f"{700 * i} s"} for i, p in enumerate(phases)]
    bed = {"trends": trends, "phases": phases}
    ward = Engine(cast(Scenario.model_validate({"name": "x", "title": "x", "beds": [bed]}), 1))
    for t_s in times_s:
        now = ward.targets(t_s * 1000)
        for values in now.values():
            assert (np.isnan(values) | ((values >= 0) & (values <= 300))).all()
        if "sbp" in now and not isnan(now["sbp"][0]) and not isnan(now["dbp"][0]):
            assert now["dbp"][0] <= max(0.0, now["sbp"][0] - 7.9)
