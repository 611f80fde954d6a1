"""What a scenario says of the heart is drawn, and ends with its phase; mistakes are told with what to do."""

import numpy as np
import pytest

from broker import codec
from broker import messages as m
from scenarios.loader import load, loaded_or_raise
from scenarios.stage import Stage

BED = """\
name: hearts
title: Hearts
beds:
  - person: {age: 60}
    phases:
      - name: Bent
        at: 10 s
        lasts: 30 s
        SAID
"""


def drawn(said: str) -> list[bytes]:
    """Return the ECG of 3 s in the phase and 25 s after it, as raw samples."""
    stage = Stage("home", "s-1", loaded_or_raise(BED.replace("SAID", said)), seed=4)
    out = []
    for second in range(1, 71):
        for _ in range(5):
            stage.skip()
        if second in {30, 70}:
            found = stage.ward._engine.draw(3, ("ecg_iii",))["ecg_iii"]
            out.append(np.asarray(found).tobytes())
    return out


def test_st_and_potassium_are_drawn_and_end_with_their_phase() -> None:
    """In the phase the ECG is another than without; afterwards it is the same to the last bit."""
    plain = drawn("text: nothing")
    for said in (
        "st: [{territory: inferior, mv: 0.3}]",
        "st: [{territory: inferior, age: 3 h}]",
        "potassium: 7.0",
        "qt: 1.4",
    ):
        bent = drawn(said)
        assert bent[0] != plain[0], said
        assert bent[1] == plain[1], said


@pytest.mark.parametrize("territory", ["pericarditis", "brugada"])
def test_what_is_no_infarct_has_no_age(territory: str) -> None:
    """In a phase as well, the line is found; without the age it is a scenario."""
    said = f"st: [{{territory: {territory}, mv: 0.3, age: 3 h}}]"
    found = load(BED.replace("SAID", said)).findings
    assert "is no infarct" in "\n".join(f.told("f.yaml") for f in found)
    assert not load(BED.replace("SAID", said.replace(", age: 3 h", ""))).findings


ILL = """\
name: hearts
title: Hearts
beds:
  - person: {age: 60}
    insults: [{insult: acute-coronary-syndrome, tempo: 20}]
    MORE
    phases: [{name: Held, at: 20 s, lasts: 40 s, SAID}]
"""


def anterior(said: str, more: str = "") -> list[bytes]:
    """Return V3 of an infarct 50 s and 70 s after it began, where a script may hold what the ECG shows."""
    text = ILL.replace("SAID", said).replace("    MORE\n", more and f"    {more}\n")
    stage = Stage("home", "s-1", loaded_or_raise(text), seed=4)
    out = []
    for second in range(1, 71):
        for _ in range(5):
            stage.skip()
        if second in {50, 70}:
            out.append(np.asarray(stage.ward._engine.draw(3, ("ecg_v3",))["ecg_v3"]).tobytes())
    return out


def test_what_a_script_held_is_the_bodys_again() -> None:
    """A body's own infarct is hidden while a phase says otherwise, and as old afterwards as without."""
    own = anterior("text: nothing")
    held = anterior("st: [{territory: anterior, mv: 0}]")
    assert held[0] != own[0]
    assert held[1] == own[1]
    elsewhere = anterior("st: [{territory: inferior, mv: 0.3}]")
    assert elsewhere[0] not in {own[0], held[0]}
    assert elsewhere[1] == own[1]


def test_own_gives_potassium_back_in_a_phase() -> None:
    """A bed drawn at 7 mmol/L has its own while a phase says so, and 7 again after it."""
    plain, high = anterior("text: nothing"), anterior("text: nothing", "potassium: 7")
    released = anterior("potassium: own", "potassium: 7")
    assert released == [plain[0], high[1]]


def test_a_rhythm_without_a_pulse_moves_no_blood() -> None:
    """The pressure falls in the phase while the heart beats on."""
    said = "rhythm: sinus\n        pulse: false"
    stage = Stage("home", "s-1", loaded_or_raise(BED.replace("SAID", said)), seed=4)
    for _ in range(5 * 38):
        stage.skip()
    assert stage.ward.truth(0).m["sbp"] < 60
    assert stage.ward.truth(0).m["hr"] > 20


def test_mistakes_are_told_with_what_to_do() -> None:
    """A wrong territory, too much potassium, a pulse without its rhythm."""
    wrong = load(BED.replace("SAID", "st: [{territory: inferor}]")).errors[0]
    assert (wrong.line, wrong.suggestion) == (9, "did you mean `inferior`?")
    high = load(BED.replace("SAID", "potassium: 70")).errors[0]
    assert "outside 1.5 to 10 mmol/L" in high.what
    assert "own" in high.suggestion
    assert "outside 0.7 to 1.45" in load(BED.replace("SAID", "qt: 3")).errors[0].what
    pulse = load(BED.replace("SAID", "pulse: false")).errors[0]
    assert pulse.line == 9
    assert "rhythm: sinus" in pulse.suggestion


def test_truth_tells_of_arrest_and_return() -> None:
    """Fibrillation for 30 s is one arrest and one return, each in its second; else none."""

    def told(said: str) -> list[tuple[int, str]]:
        stage = Stage("home", "s-1", loaded_or_raise(BED.replace("SAID", said)), seed=4)
        sent = [e.out for _ in range(5 * 60) for e in stage.tick(waves=False)]
        events = [codec.decode(p.topic, p.payload) for p in sent if p.topic.endswith("/event")]
        found = [e.message for e in events if not isinstance(e, codec.Rejected)]
        return [
            ((e.t - stage.start_ms) // 1000, e.kind)
            for e in found
            if isinstance(e, m.TruthEvent) and e.kind in {"arrest", "circulation-returned", "death"}
        ]

    assert told("text: nothing") == []
    assert told("rhythm: vf") == [(10, "arrest"), (40, "circulation-returned")]
