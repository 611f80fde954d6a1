"""What is given acts on the heart as it is by then, and what has stopped stays so."""

import pytest

from devices.physiology.body import Body
from devices.physiology.heart import DEAD_S
from tests.devices.signals_of import engine
from tests.devices.treated import ADULT, passed


def test_a_drug_on_its_way_undoes_no_arrest() -> None:
    """Adenosine and adrenaline reach hearts that fibrillate by then: they go on fibrillating."""
    body = Body([ADULT] * 2)
    body.insults.begin(1, "acute-coronary-syndrome", 0.8, 60.0)
    passed(body, 3)
    body.treatments.give(0, "adenosine")
    body.treatments.give(1, "adrenaline-iv")
    passed(body, 0.1)
    for i in (0, 1):
        body.insults.begin(i, "ventricular-fibrillation")
    passed(body, 2)
    assert body.heart.rhythm == ["vf", "vf"]
    assert (body.heart.pulse == 0.0).all()


def test_a_pause_ends_in_the_rhythm_before_it() -> None:
    """A shock between adenosine and its pause ended a tachycardia: it does not come back."""
    body = Body([ADULT])
    body.insults.begin(0, "svt")
    passed(body, 1)
    body.treatments.give(0, "adenosine", 3.0)
    passed(body, 5 / 60)
    body.treatments.give(0, "cardioversion")
    seen = set()
    for _ in range(60):
        passed(body, 1 / 60)
        seen.add(body.heart.rhythm[0])
    assert "standstill" in seen
    assert body.heart.rhythm == ["sinus"]


def test_no_illness_or_drug_wakes_the_dead_but_who_leads_the_session_may() -> None:
    """A rhythm given by hand to somebody dead brings them back, alive in all that is told."""
    one = engine([ADULT])
    one.beat_in(0, "vf")
    body = one.body
    passed(body, DEAD_S / 60 + 1)
    assert body.heart.dead[0]
    body.insults.begin(0, "atrial-fibrillation")
    for drug in ("adenosine", "adrenaline-iv"):
        body.treatments.give(0, drug)
    passed(body, 2)
    assert body.heart.dead[0]
    assert body.heart.pulse[0] == 0.0
    one.beat_in(0, "sinus")
    passed(body, 1)
    assert not body.heart.dead[0]
    assert body.now["sbp"][0] > 60.0


def test_compressions_alone_let_nobody_breathe_or_wake() -> None:
    """Blood flows a little: without breaths by bag carbon dioxide rises, and nobody answers."""
    body = Body([ADULT, ADULT])
    for i in (0, 1):
        body.heart.become(i, "vf")
        body.treatments.give(i, "cpr")
    body.treatments.give(1, "bag-mask")
    passed(body, 10)
    assert body.now["rr"].tolist() == pytest.approx([0.0, 12.0], abs=0.6)
    assert body.consciousness.letters == ["U", "U"]
    assert body.paco2[0] > body.paco2[1] + 15
    assert body.now["spo2"][0] < body.now["spo2"][1] - 10


def test_compressions_leave_a_great_pain_great() -> None:
    """Broken ribs do not ease what hurts more."""
    body = Body([ADULT])
    body.insults.begin(0, "pain", 1.0, 10.0)
    passed(body, 5)
    body.treatments.give(0, "cpr")
    passed(body, 10)
    assert body.insults.on(0)["pain"] == pytest.approx(1.0)
