"""Single marks beside whole beats: known for as long as a block may look back."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from devices.signals.marks import KEPT_S, MANY, Mark, Marks, _pick_loop

STEPS = st.lists(
    st.tuples(st.floats(-1.0, 1.5), st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=300
)


@given(STEPS, st.floats(0.0, 12.0), st.floats(0.0, 12.0))
def test_a_window_has_just_the_marks_within_it(steps: list[Mark], a: float, b: float) -> None:
    """Whatever the order they were told in, as long as the window lies within what is kept."""
    marks, all_of_them, now_s = Marks(), [], 0.0
    for step_s, bed, kind in steps:
        now_s = max(now_s, now_s + step_s)
        mark = (now_s - max(-step_s, 0.0), bed, kind)
        all_of_them.append(mark)
        marks.put(*mark)
    since_s, until_s = now_s - max(a, b), now_s - min(a, b)
    known, count = marks.room(0)
    picked = np.empty((count[0], 3))
    number = _pick_loop(known, int(count[0]), since_s, until_s, picked)
    assert np.array_equal(picked[:number], marks.between(since_s, until_s))
    found = sorted(tuple(mark) for mark in marks.between(since_s, until_s).tolist())
    assert found == sorted(m for m in all_of_them if since_s <= m[0] < until_s)


def test_marks_of_a_day_take_no_more_room_than_those_of_a_minute() -> None:
    """Old ones are forgotten, and each bed's newest are known."""
    marks = Marks()
    for second in range(86_400):
        marks.put(float(second), second % 2)
    known = marks.between(0.0, 1e6)
    assert len(known) <= KEPT_S + 2 * MANY
    assert marks.times(1)[-1] == 86_399.0
    assert marks.times(0)[-1] == 86_398.0
