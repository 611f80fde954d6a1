"""Alarm conditions keep their delays and margins, alarm signals their table."""

from dataclasses import replace
from itertools import pairwise, product
from typing import Any, get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from vitals.alarms import (
    TRANSITIONS,
    AlarmCondition,
    AlarmSignal,
    Cause,
    Happening,
    NoSuchTransition,
    Presence,
    follow,
)
from vitals.catalogue import VITAL_SIGNS
from vitals.limits import ADULT, ADULT_SCALE_2_OXYGEN, NEWS2, AlarmLimit, Level, adult, label_of
from vitals.news2 import Scale

HR_HIGH = next(limit for limit in ADULT if limit.id == "hr-high")
SPO2_LOW = next(limit for limit in ADULT if limit.id == "spo2-low")


def limit_of(alarm: str, scale: Scale = 1, *, oxygen: bool = False) -> AlarmLimit:
    """Return a default limit by its id."""
    return next(limit for limit in adult(scale, oxygen=oxygen) if limit.id == alarm)


# --- limits --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alarm", "levels"),
    [
        ("hr-low", [(50, "Me", 5), (40, "Hi", 5)]),
        ("hr-high", [(120, "Me", 5), (140, "Hi", 5)]),
        ("spo2-low", [(90, "Me", 15), (80, "Hi", 10)]),
        ("rr-low", [(8, "Me", 15)]),
        ("rr-high", [(30, "Me", 15)]),
        ("nibp-sys-low", [(90, "Me", 0)]),
        ("nibp-sys-high", [(160, "Me", 0)]),
        ("abp-sys-low", [(90, "Me", 10)]),
        ("nibp-dia-low", [(50, "Me", 0)]),
        ("nibp-dia-high", [(100, "Me", 0)]),
        ("nibp-map-low", [(65, "Me", 0)]),
        ("nibp-map-high", [(110, "Me", 0)]),
        ("etco2-low", [(25, "Me", 15)]),
        ("etco2-high", [(50, "Me", 15)]),
        ("temp-low", [(35.5, "Lo", 60)]),
        ("temp-high", [(39.0, "Lo", 60)]),
        ("glucose-low", [(4.0, "Me", 0), (3.0, "Hi", 0)]),
        ("glucose-high", [(15.0, "Me", 0)]),
        ("news2", [(5, "Me", 0), (7, "Me", 0)]),
    ],
)
def test_defaults_are_those_of_the_reference(alarm: str, levels: list[tuple[float, str, float]]) -> None:
    """Limit, priority and delay stand as in clinical reference 2.4."""
    assert limit_of(alarm).levels == tuple(Level(*level) for level in levels)  # type: ignore[arg-type]


def test_scale_2_has_limits_of_its_own() -> None:
    """With a target of 88 to 92 % the low limit is 88, and on oxygen there is one above."""
    assert limit_of("spo2-low", 2).levels[0].limit == 88
    assert limit_of("spo2-high", 2, oxygen=True).levels == (Level(96, "Lo", 60),)
    assert all(limit.id != "spo2-high" for limit in (*adult(1, oxygen=True), *adult(2)))


@pytest.mark.parametrize("limit", [*ADULT_SCALE_2_OXYGEN, *ADULT], ids=lambda limit: limit.id)
def test_limits_are_of_known_metrics_and_grow_worse(limit: AlarmLimit) -> None:
    """Each limit is reachable by its metric, and each further level lies further out."""
    limits = [level.limit for level in limit.levels]
    assert all(not limit.inside(later, earlier) for earlier, later in pairwise(limits))
    if limit.metric != NEWS2:
        sign = VITAL_SIGNS[limit.metric]
        assert all(sign.lowest < value < sign.highest for value in limits)


@pytest.mark.parametrize(
    ("alarm", "value", "step", "text"),
    [
        ("spo2-low", 82, 0, "SpO₂ 82 < 90"),
        ("hr-high", 124, 0, "HR 124 > 120"),
        ("news2", 9, 1, "NEWS2 9 ≥ 7"),
        ("rr-low", 7, 0, "RR 7 < 8"),
        ("temp-high", 39.24, 0, "Temp 39.2 > 39.0"),
        ("nibp-sys-low", 84, 0, "NIBP sys 84 < 90"),
        ("nibp-map-low", 60, 0, "NIBP mean 60 < 65"),
        ("abp-map-low", 60, 0, "ABP mean 60 < 65"),
        ("apnoea", 0, 0, "Apnoea"),
    ],
)
def test_an_alarm_says_what_and_against_what(alarm: str, value: float, step: int, text: str) -> None:
    """The text is value, sign and limit in the metric's decimals."""
    limit = limit_of(alarm)
    assert limit.text(value, limit.levels[step].limit) == text


# --- conditions ----------------------------------------------------------------------------------

VALUES = st.one_of(st.none(), st.integers(100, 160))
SERIES = st.lists(st.tuples(st.integers(0, 4000), VALUES), max_size=60)


def timed(series: list[tuple[int, int | None]]) -> list[tuple[int, int | None]]:
    """Return gaps as times."""
    t, out = 0, []
    for gap, value in series:
        t += gap
        out.append((t, value))
    return out


def steps(condition: AlarmCondition, series: list[tuple[int, int | None]]) -> list[int]:
    """Feed a series; return the step that holds after each value, −1 for none."""
    out = []
    for t, value in series:
        condition.feed(value, t)
        cause = condition.cause(t)
        out.append(-1 if cause is None else cause.step)
    return out


@given(delay_s=st.integers(0, 60), before=st.integers(0, 60_000))
def test_a_delay_is_exact(delay_s: int, before: int) -> None:
    """A lasting condition counts from the very millisecond its delay is over, and has its onset then."""
    condition = AlarmCondition(replace(HR_HIGH, levels=(Level(120, "Me", delay_s),)))
    condition.feed(100, 0)
    condition.feed(130, before)
    end = before + delay_s * 1000
    assert condition.cause(end - 1) is None
    cause = condition.cause(end)
    assert cause is not None
    assert cause.onset == before


@given(series=SERIES)
def test_no_level_holds_before_its_delay(series: list[tuple[int, int | None]]) -> None:
    """When a level holds, all values of its delay were beyond the limit, and none since was well inside."""
    condition, history = AlarmCondition(HR_HIGH), timed(series)
    for i, (t, value) in enumerate(history):
        condition.feed(value, t)
        cause = condition.cause(t)
        if cause is None:
            continue
        level = HR_HIGH.levels[cause.step]
        armed = cause.onset + level.delay_s * 1000
        assert t >= armed
        since = [(u, v) for u, v in history[: i + 1] if u >= cause.onset]
        assert all(v is not None and HR_HIGH.beyond(v, level.limit) for u, v in since[:-1] if u < armed)
        assert not any(v is not None and HR_HIGH.inside(v, level.limit) for _, v in since)
        assert cause.value is not None
        assert HR_HIGH.beyond(cause.value, level.limit)


@pytest.mark.slow
@given(series=SERIES)
def test_hysteresis_never_chatters(series: list[tuple[int, int | None]]) -> None:
    """Between two onsets of a level a value was inside the limit by the margin."""
    history = timed(series)
    held = steps(AlarmCondition(HR_HIGH), history)
    for k, level in enumerate(HR_HIGH.levels):
        ends = [i for i in range(1, len(held)) if held[i - 1] >= k > held[i]]
        for i in ends:
            value = history[i][1]
            assert value is not None
            assert HR_HIGH.inside(value, level.limit)


@given(st.lists(st.sampled_from([119, 120, 121, 122]), min_size=1, max_size=200))
def test_a_value_at_its_limit_rings_at_most_once(values: list[int]) -> None:
    """A value that hovers within the margin makes one alarm, whatever it does there."""
    limit = replace(HR_HIGH, levels=(Level(120, "Me", 0),))
    held = steps(AlarmCondition(limit), [(1000 * i, v) for i, v in enumerate(values)])
    assert sum(a < b for a, b in pairwise([-1, *held])) <= 1


@given(series=SERIES, ticks=st.lists(st.integers(0, 250_000)))
def test_how_often_one_asks_changes_nothing(series: list[tuple[int, int | None]], ticks: list[int]) -> None:
    """Asking in between does not change what holds later."""
    history = timed(series)
    quiet, asked = AlarmCondition(HR_HIGH), AlarmCondition(HR_HIGH)
    for t, value in history:
        for tick in sorted(x for x in ticks if x < t):
            asked.cause(max(tick, 0) if tick <= t else t)
        asked.feed(value, t)
        quiet.feed(value, t)
        assert asked.cause(t) == quiet.cause(t)


@given(series=SERIES)
def test_an_unknown_value_breaks_a_delay_and_keeps_what_holds(series: list[tuple[int, int | None]]) -> None:
    """A gap never starts an alarm, and never ends one."""
    condition, history = AlarmCondition(HR_HIGH), timed(series)
    steps(condition, history)
    t = history[-1][0] if history else 0
    before = condition.cause(t)
    condition.feed(None, t)
    assert condition.cause(t) == before
    later = condition.cause(t + 3_600_000)
    assert (later is None) == (before is None)


def test_the_worst_level_counts_and_falls_back_to_the_milder() -> None:
    """78 % is a desaturation after 10 s; back at 85 % the low limit still holds."""
    condition = AlarmCondition(SPO2_LOW)
    condition.feed(78, 0)
    seen = [condition.cause(s * 1000) for s in (9, 10, 16)]
    assert [cause and (cause.step, cause.priority) for cause in seen] == [None, (1, "Hi"), (1, "Hi")]
    condition.feed(85, 20_000)
    cause = condition.cause(20_000)
    assert cause is not None
    assert (cause.step, cause.priority, cause.text) == (0, "Me", "SpO₂ 85 < 90")


@given(series=SERIES)
def test_a_lower_bound_may_begin_a_condition_and_never_ends_one(series: list[tuple[int, int | None]]) -> None:
    """What is at least so much may be more: only a whole value ends what holds."""
    condition = AlarmCondition(HR_HIGH)
    held = -1
    for t, value in timed(series):
        condition.feed(value, t, at_least=True)
        cause = condition.cause(t)
        step = -1 if cause is None else cause.step
        assert step >= held
        held = step


def test_a_score_must_stay_below_for_a_minute() -> None:
    """NEWS2 ends after 60 s below its threshold; a moment above starts the minute anew."""
    condition = AlarmCondition(limit_of("news2"))
    for t, value in ((0, 5), (10_000, 4), (40_000, 5), (50_000, 4)):
        condition.feed(value, t)
        assert condition.cause(t) is not None
    assert condition.cause(109_999) is not None
    assert condition.cause(110_000) is None


def test_a_condition_resumes_where_a_former_run_left_it() -> None:
    """Neither onset nor step is forgotten, and the next value is judged by the margin."""
    condition = AlarmCondition(SPO2_LOW)
    condition.resume(1, onset=5_000, value=77)
    cause = condition.cause(60_000)
    assert cause is not None
    assert (cause.step, cause.onset, cause.value) == (1, 5_000, 77)
    condition.feed(90, 61_000)
    assert condition.cause(61_000) == replace(cause, step=0, priority="Me", limit=90, text="SpO₂ 77 < 90")
    condition.feed(91, 62_000)
    assert condition.cause(62_000) is None


def test_a_forgotten_condition_is_idle() -> None:
    """Idle means that waiting alone brings nothing."""
    condition = AlarmCondition(SPO2_LOW)
    assert condition.idle
    condition.feed(85, 0)
    assert not condition.idle
    condition.clear()
    assert condition.idle


# --- signals -------------------------------------------------------------------------------------


def test_the_table_knows_only_words_of_the_standard() -> None:
    """Every state and happening of the table is one that the types name."""
    presences, happenings = set(get_args(Presence)), set(get_args(Happening))
    assert {p for p, _ in TRANSITIONS} | set(TRANSITIONS.values()) <= presences
    assert {h for _, h in TRANSITIONS} == happenings


@pytest.mark.parametrize(("presence", "happening"), list(product(get_args(Presence), get_args(Happening))))
def test_what_the_table_does_not_know_is_refused(presence: Presence, happening: Happening) -> None:
    """An illegal happening raises and names the legal ones."""
    if (presence, happening) in TRANSITIONS:
        assert follow(presence, happening) == TRANSITIONS[presence, happening]
    else:
        with pytest.raises(NoSuchTransition, match=happening):
            follow(presence, happening)


CAUSES = st.builds(
    Cause,
    step=st.integers(0, 2),
    priority=st.just("Me"),
    onset=st.just(0),
    text=st.just("x"),
    value=st.floats(0, 1) | st.none(),
).map(lambda c: replace(c, priority=("Lo", "Me", "Hi")[c.step]))
SCRIPT = st.lists(st.one_of(st.none(), CAUSES, st.just("ack")), max_size=40)


@given(script=SCRIPT, latch=st.booleans())
def test_a_signal_follows_its_condition_and_its_reader(script: list[Any], latch: bool) -> None:
    """Off without a cause unless latched; silent only by acknowledgement; every change counts one."""
    signal = AlarmSignal("x", latch=latch)
    for t, word in enumerate(script):
        before = (signal.presence, signal.seq, signal.cause)
        if word == "ack":
            try:
                signal.acknowledge("Aino")
            except NoSuchTransition:
                assert before[0] in {"Off", "Ack"}
                assert (signal.presence, signal.seq, signal.cause) == before
            else:
                assert signal.presence == ("Ack" if before[0] == "On" else "Off")
                assert (signal.seq, signal.by) == (before[1] + 1, "Aino")
            continue
        changed = signal.update(word, t)
        assert changed == (signal.seq == before[1] + 1) == (signal.seq != before[1])
        if word is None:
            latched = latch and before[0] in {"On", "Latch"}
            assert signal.presence == ("Latch" if latched else "Off")
        else:
            assert signal.presence in {"On", "Ack"}
            assert signal.presence == "On" or before[0] == "Ack"


@pytest.mark.slow
@given(script=SCRIPT)
def test_an_acknowledged_alarm_is_armed_again_by_its_end(script: list[Any]) -> None:
    """After acknowledgement and end the same cause is new again."""
    signal, cause = AlarmSignal("x"), Cause(0, "Me", 0, "x")
    for t, word in enumerate(script):
        if word != "ack":
            signal.update(word, t)
    assume(signal.presence == "On")
    signal.acknowledge("Aino")
    signal.update(None, 100)
    assert signal.presence == "Off"
    assert signal.update(cause, 101)
    assert (signal.presence, signal.by, signal.ended) == ("On", None, None)


def test_a_worse_cause_breaks_the_silence_and_a_milder_one_does_not() -> None:
    """Acknowledged stays acknowledged when things ease, and is new when they worsen."""
    signal = AlarmSignal("hr-high")
    signal.update(Cause(1, "Hi", 0, "HR 150 > 140"), 0)
    signal.acknowledge("Aino")
    seen = []
    for t, cause in enumerate(
        (
            Cause(0, "Me", 0, "HR 130 > 120"),
            Cause(0, "Me", 0, "HR 131 > 120"),
            Cause(1, "Hi", 0, "HR 141 > 140"),
        )
    ):
        seen.append((signal.update(cause, t), signal.presence))
    assert seen == [(True, "Ack"), (False, "Ack"), (True, "On")]


def test_no_two_alarms_are_called_alike() -> None:
    """A text names metric and bound, or says what is the matter: who reads it knows which alarm it is."""
    told = [one.says or f"{label_of(one.metric)} {one.bound}" for one in ADULT_SCALE_2_OXYGEN]
    assert sorted(told) == sorted(set(told))
