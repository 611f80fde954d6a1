"""What an instructor does by hand: refused in words where it cannot be, and done again after a crash."""

import json
from typing import Any

import pytest

from broker import messages as m
from scenarios.loader import loaded_or_raise
from scenarios.stage import Stage

WARD = """\
name: two
title: Two beds
beds:
  - person: {age: 40, weight_kg: 70, height_cm: 175}
    trends: [{sign: temp, to: 38, at: 30 s, over: 1 min}]
  - {wears: [oximeter]}
"""


def fault(name: str, device: str = "patch", **more: Any) -> m.Steer:  # noqa: ANN401 -- fields of a Steer
    """Return a fault of the first bed, by hand."""
    return m.Steer(do="fault", bed="bed01", name=name, device=device, **more)


def stage(*steered: m.Steered) -> Stage:
    """Return the ward at its start, with what was done to it."""
    return Stage("home", "s-1", loaded_or_raise(WARD), seed=5, steered=steered)


def passed(ward: Stage, seconds: int) -> Stage:
    """Let simulated time pass."""
    for _ in range(5 * seconds):
        ward.skip()
    return ward


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (m.Steer(do="insult", bed="bed01", name="sepsi"), "did you mean `sepsis`"),
        (m.Steer(do="insult", bed="bed01", name="sepsis", value=3), "at most 1"),
        (m.Steer(do="treat", bed="bed01", name="naloxon"), "did you mean `naloxone`"),
        (m.Steer(do="treat", bed="bed01", name="naloxone", value=400), "0.04 to 10 mg"),
        (m.Steer(do="treat", bed="bed9", name="naloxone"), "did you mean `bed0"),
        (m.Steer(do="rhythm", bed="bed01", name="asistole"), "did you mean `asystole`"),
        (m.Steer(do="st", bed="bed01", name="inferor", value=0.2), "did you mean `inferior`"),
        (m.Steer(do="st", bed="bed01", name="inferior", value=3), "-1 to 1 mV"),
        (m.Steer(do="potassium", bed="bed01", name="potassium", value=60), "1.5 to 10"),
        (m.Steer(do="breathing", bed="bed01", name="biott"), "did you mean `biot`"),
        (m.Steer(do="fault", bed="bed02", name="lead-off", device="patch"), "can befall here: nothing"),
        (m.Steer(do="fault", bed="bed01", name="lead-of", device="patch"), "did you mean `lead-off`"),
        (fault("lost-messages", how={"share": 4}), "equal to 1"),
        (fault("frozen", how={"share": 0.5}), "has no `share`"),
        (fault("late-messages", how={"delay": 5}), "did you mean `delay_s`"),
        (fault("motion", how={"cadence_bpm": 1}), "equal to 20"),
        (fault("swapped"), "with whom is it swapped"),
        (fault("swapped", other_bed="bed02"), "nobody wears"),
        (fault("swapped", other_bed="bed01"), "with itself"),
        (m.Steer(do="mend", bed="bed01", name="swapped", device="patch"), "nobody else's"),
        (m.Steer(do="st", bed="bed01", name="inferior", value=-0.2, age_h=1), "leave its age out"),
        (m.Steer(do="qt", bed="bed01", name="qt", value=3), "0.7 to 1.45"),
        (m.Steer(do="release", bed="bed01", name="potasium"), "did you mean `potassium`"),
        (m.Steer(do="pin", bed="bed01", name="hr", value=999), "0 to 300"),
        (m.Steer(do="pin", bed="bed01", name="heart", value=90), "no such vital sign"),
        (m.Steer(do="pin", bed="bed01", name="glucose", value=90), "0.6 to 60 mmol/L"),
        (m.Steer(do="consciousness", bed="bed01", name="X"), "there are: A, C, V, P, U"),
        (m.Steer(do="fall", bed="bed01", name="uo"), "did you mean `up`"),
        (m.Steer(do="measure", bed="bed01", name="scale"), "here: cuff$"),
        (m.Steer(do="measure", bed="bed02", name="cuff"), "here: nothing"),
        (m.Steer(do="measure", bed="bed9", name="cuff"), "did you mean `bed0"),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_can(what: m.Steer, said: str) -> None:
    """And changes nothing."""
    ward = stage()
    with pytest.raises(ValueError, match=said):
        ward.steer(what)
    assert passed(ward, 3).ward.truth(0) == passed(stage(), 3).ward.truth(0)


@pytest.mark.slow
def test_a_ward_steered_by_hand_and_taken_up_again_says_the_same() -> None:
    """Every kind of deed, at its own moment; the other bed does not notice."""
    ward, done = stage(), []
    deeds = [
        m.Steer(do="insult", bed="bed01", name="haemorrhage", value=0.7, tempo=20),
        m.Steer(do="treat", bed="bed01", name="crystalloid", value=1000),
        m.Steer(do="rhythm", bed="bed01", name="af"),
        m.Steer(do="st", bed="bed01", name="inferior", value=0.3),
        m.Steer(do="potassium", bed="bed01", name="potassium", value=6.8),
        m.Steer(do="qt", bed="bed01", name="qt", value=1.3),
        m.Steer(do="st", bed="bed01", name="inferior", value=0.3, age_h=1.5),
        fault("motion", "oximeter", lasts_s=30, how={"cadence_bpm": 90}),
        fault("late-messages", "band", lasts_s=90, how={"delay_s": 7}),
        m.Steer(do="pin", bed="bed01", name="spo2", value=85, over_s=20),
        m.Steer(do="breathing", bed="bed01", name="cheyne-stokes"),
        m.Steer(do="mend", bed="bed01", name="motion", device="oximeter"),
        m.Steer(do="stop", bed="bed01", name="crystalloid"),
        m.Steer(do="ease", bed="bed01", name="haemorrhage"),
        m.Steer(do="release", bed="bed01", name="spo2"),
        m.Steer(do="release", bed="bed01", name="st"),
        m.Steer(do="release", bed="bed01", name="potassium"),
        m.Steer(do="consciousness", bed="bed01", name="V"),
        m.Steer(do="fall", bed="bed01", name="fall"),
        m.Steer(do="measure", bed="bed01", name="cuff"),
        m.Steer(do="fall", bed="bed01", name="up"),
        m.Steer(do="release", bed="bed01", name="consciousness"),
    ]
    for n, what in enumerate(deeds):
        for _ in range(5 * 12 + n % 5):
            ward.tick(waves=False)
        done.append(ward.steer(what, "Instructor"))
    again = stage(*done)
    while again.now_ms < ward.now_ms:
        again.skip()
    alone = passed(stage(), 0)
    while alone.now_ms < ward.now_ms:
        alone.skip()
    for _ in range(10):
        said = ward.tick(waves=True)
        assert again.tick(waves=True) == said
        assert said
        alone.skip()
    assert ward.ward.truth(0) == again.ward.truth(0) != alone.ward.truth(0)
    assert ward.ward.truth(1) == alone.ward.truth(1)


def test_a_pinned_sign_goes_to_its_value_and_back_to_its_script() -> None:
    """With a ramp both ways; a script's own target waits below the pin."""
    ward = passed(stage(), 10)
    ward.steer(m.Steer(do="pin", bed="bed01", name="temp", value=36.0, over_s=60))
    ward.steer(m.Steer(do="pin", bed="bed01", name="hr", value=140, over_s=60))
    own = ward.ward.truth(0).m
    passed(ward, 30)
    midway = ward.ward.truth(0).m
    assert own["hr"] + 15 < midway["hr"] < 130
    passed(ward, 150)
    assert ward.ward.truth(0).m["hr"] == pytest.approx(140, abs=0.5)
    assert ward.ward.truth(0).m["temp"] == pytest.approx(36.0, abs=0.1)
    for sign in ("hr", "temp"):
        ward.steer(m.Steer(do="release", bed="bed01", name=sign, over_s=240))
    passed(ward, 120)
    assert ward.ward.truth(0).m["temp"] == pytest.approx(37.0, abs=0.4)
    passed(ward, 240)
    assert ward.ward.truth(0).m["temp"] == pytest.approx(38.0, abs=0.1)
    assert ward.ward.truth(0).m["hr"] < 120


def test_pinned_pressures_without_a_pulse_between_them_are_told_of() -> None:
    """Whichever of the two is pinned last; what is well apart is not."""
    ward = passed(stage(), 5)
    for sign, value, told in (
        ("sbp", 100, False),
        ("dbp", 60, False),
        ("dbp", 120, True),
        ("sbp", 130, False),
    ):
        steered = ward.steer(m.Steer(do="pin", bed="bed01", name=sign, value=value))
        assert ("4 mmHg below" in steered.note) == told, (sign, value)
        passed(ward, 1)


def test_glucose_is_pinned_and_released_like_any_sign() -> None:
    """With its ramp; the other bed keeps its own."""
    ward = passed(stage(), 2)
    own = ward.ward.truth(0).m["glucose"]
    ward.steer(m.Steer(do="pin", bed="bed01", name="glucose", value=2.2, over_s=60))
    passed(ward, 60)
    assert 2.5 < ward.ward.truth(0).m["glucose"] < own - 0.5
    passed(ward, 300)
    assert ward.ward.truth(0).m["glucose"] == pytest.approx(2.2, abs=0.05)
    assert ward.ward.truth(0).acvpu != "A"
    assert ward.ward.truth(1).m["glucose"] > 4
    ward.steer(m.Steer(do="release", bed="bed01", name="glucose"))
    assert passed(ward, 600).ward.truth(0).m["glucose"] > 2.6


@pytest.mark.parametrize(
    ("rhythm", "hr", "said"),
    [("paced-tracking", 160, "60 to 130"), ("vf", 90, "no heart rate"), ("sinus", 160, "")],
)
def test_one_is_told_when_a_rhythm_does_not_allow_a_pinned_rate(rhythm: str, hr: float, said: str) -> None:
    """Whichever of the two comes first; it is done all the same, and stands in the record."""
    beat = m.Steer(do="rhythm", bed="bed01", name=rhythm)
    pin = m.Steer(do="pin", bed="bed01", name="hr", value=hr)
    for first, second in ((beat, pin), (pin, beat)):
        ward = stage()
        ward.steer(first)
        note = passed(ward, 2).steer(second).note
        assert said in note
        assert bool(said) == bool(note)


def test_a_fault_may_be_said_in_plain_words() -> None:
    """A cuff too small and a cuff on the oximeter's arm, begun by one name and mended by the other."""
    ward = stage()
    for kind in ("cuff-too-small", "cuff-on-same-arm"):
        ward.steer(fault(kind, "cuff"))
    passed(ward, 3)
    cuff = ward.ward._engine.cuff
    assert cuff.faults["too-small"][0]
    assert cuff.faults["same-arm"][0]
    for kind in ("too-small", "same-arm"):
        ward.steer(m.Steer(do="mend", bed="bed01", name=kind, device="cuff"))
    passed(ward, 3)
    assert not cuff.faults["too-small"][0]
    assert not cuff.faults["same-arm"][0]


def heard(ward: Stage, seconds: int) -> list[tuple[str, dict[str, Any]]]:
    """Let simulated time pass; return (topic below the bed, payload) of what is said of the first bed."""
    found = []
    for _ in range(5 * seconds):
        for said in ward.tick(waves=False):
            place, bed, kind = said.out.topic.partition("/bed01/")
            if bed and said.out.payload:
                found.append((f"{place.split('/')[0]} {kind}", json.loads(said.out.payload)))
    return found


ASLEEP = """\
name: one
title: One bed
beds:
  - person: {age: 40, weight_kg: 70, height_cm: 175}
    charted: [{at: 20 s, consciousness: C}]
"""


def test_a_hand_says_how_awake_somebody_is_until_it_lets_go() -> None:
    """Charted at once; what the script says meanwhile holds after the release."""
    ward = Stage("home", "s-1", loaded_or_raise(ASLEEP), seed=5)
    heard(ward, 5)
    ward.steer(m.Steer(do="consciousness", bed="bed01", name="P"))
    said = heard(ward, 5)
    assert ("rpm _chart/obs", "P") in [(kind, about.get("acvpu")) for kind, about in said]
    assert ward.ward.truth(0).acvpu == "P"
    heard(ward, 20)
    assert ward.ward.truth(0).acvpu == "P"
    ward.steer(m.Steer(do="release", bed="bed01", name="consciousness"))
    said = heard(ward, 5)
    assert ("rpm _chart/obs", "C") in [(kind, about.get("acvpu")) for kind, about in said]
    assert ward.ward.truth(0).acvpu == "C"


def test_a_hand_that_wakes_somebody_ill_is_not_overruled_by_the_body() -> None:
    """Who would not answer for want of sugar is alert as long as a hand says so."""
    ward = passed(stage(), 2)
    ward.steer(m.Steer(do="consciousness", bed="bed01", name="A"))
    ward.steer(m.Steer(do="pin", bed="bed01", name="glucose", value=1.2, over_s=10))
    passed(ward, 300)
    assert ward.ward.truth(0).acvpu == "A"
    ward.steer(m.Steer(do="release", bed="bed01", name="consciousness"))
    passed(ward, 3)
    assert ward.ward.truth(0).acvpu in "PU"


def test_a_patient_falls_by_hand_and_gets_up() -> None:
    """Told and labelled with its end; the band says it, and where nobody wears one the answer does."""
    ward = passed(stage(), 2)
    assert ward.steer(m.Steer(do="fall", bed="bed01", name="fall")).note == ""
    assert "no device" in ward.steer(m.Steer(do="fall", bed="bed02", name="fall")).note
    down = heard(ward, 60)
    assert any(kind == "rpm band/evt" and about["kind"] == "fall" for kind, about in down)
    ward.steer(m.Steer(do="fall", bed="bed01", name="up"))
    up = heard(ward, 5)
    labels = [about for kind, about in (*down, *up) if kind == "rpm-truth label"]
    assert [(about["kind"], about.get("end")) for about in labels] == [("fall", None), ("fall", up_at(up))]
    assert any(kind == "rpm band/evt" and about.get("on") is False for kind, about in up)


def up_at(said: list[tuple[str, dict[str, Any]]]) -> int:
    """Return when somebody was told to be up again."""
    return next(int(about["t"]) for _, about in said if about.get("kind") == "fall-ended")


def test_a_cuff_measures_when_it_is_asked() -> None:
    """Within its 40 s, far from its quarter of an hour."""
    ward = passed(stage(), 120)
    assert not [kind for kind, _ in heard(ward, 60) if kind == "rpm cuff/num"]
    ward.steer(m.Steer(do="measure", bed="bed01", name="cuff"))
    assert [kind for kind, _ in heard(ward, 60) if kind == "rpm cuff/num"] == ["rpm cuff/num"]
