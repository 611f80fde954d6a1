"""Treatments act as published in time and dose, and each has somebody whom it harms."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.physiology.treatments import TREATMENTS
from devices.physiology.treatments.course import FELT, Course
from devices.physiology.treatments.doses import Doses

COURSES = st.tuples(st.floats(1, 3600), st.floats(1.2, 12), st.floats(1.2, 50)).map(
    lambda t: Course(t[0], t[0] * t[1], t[0] * t[1] * t[2])
)


@given(COURSES)
def test_a_dose_begins_peaks_and_ends_as_its_course_says(course: Course) -> None:
    """A tenth at onset, all at the peak, a tenth at the end, and no second peak."""
    assert course.lasts_s is not None
    ages = np.array([0.0, course.onset_s, course.peak_s, course.lasts_s])
    assert course.level(ages, np.full(4, np.inf)) == pytest.approx([0.0, FELT, 1.0, FELT], abs=1e-4)
    many = np.linspace(0, 3 * course.lasts_s, 500)
    level = course.level(many, np.full(500, np.inf))
    assert np.all(np.diff(level[many <= course.peak_s]) >= 0)
    assert np.all(np.diff(level[many >= course.peak_s]) <= 0)
    assert np.all((level >= 0) & (level <= 1))


def test_what_is_held_stays_until_it_is_stopped_and_then_wears_off() -> None:
    """A drip works while it is on, and for as long as its course says after."""
    course = Course(60, 300, off_s=240)
    on = np.full(1, np.inf)
    assert course.level(np.array([1e6]), on) == pytest.approx(1.0)
    stopped = np.array([600.0])
    assert course.level(np.array([840.0]), stopped) == pytest.approx(FELT)
    assert course.over(np.array([1e6]), stopped).all()
    assert not course.over(np.array([1e6]), on).any()


@given(st.lists(st.tuples(st.floats(0.1, 5), st.floats(1, 600)), max_size=6), st.floats(0, 3000))
@settings(max_examples=60)
def test_setting_a_drip_anew_leaves_only_the_last_setting(
    turns: list[tuple[float, float]], stop: float
) -> None:
    """Doses of what is held are set, not added."""
    doses = Doses(Course(60, 300, off_s=240), 0.0)
    now = 0.0
    for amount, pause in turns:
        doses.give(0, amount, now)
        now += pause
    who, effect = doses.present(now + 10_000)
    if turns:
        assert (who.tolist(), effect.tolist()) == ([0], pytest.approx([turns[-1][0]]))
    doses.stop(0, now + 10_000)
    assert not len(doses.present(now + 100_000 + stop)[0])


def test_an_infusion_gives_all_of_itself_and_what_is_stopped_only_its_part() -> None:
    """What runs in adds up to the dose, at any step."""
    for step in (0.2, 1.0):
        doses = Doses(Course(300, 1200, 7200), 900.0)
        doses.give(0, 1.0, 0.0)
        doses.give(1, 2.0, 0.0)
        total = np.zeros(2)
        for k in range(1, round(1200 / step) + 1):
            if k == round(300 / step) + 1:
                doses.stop(1, 300.0)
            who, a_second = doses.running(k * step, step)
            total[who] += a_second * step
        assert total == pytest.approx([1.0, 2.0 / 3.0])


def test_every_treatment_says_whom_it_harms_and_where_its_numbers_are_from() -> None:
    """The table is whole."""
    for name, kind in TREATMENTS.items():
        assert kind.harms, name
        assert "reference" in kind.source or "heuristic" in kind.source, name
        assert kind.least <= kind.usual <= kind.most, name
