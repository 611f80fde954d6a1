"""The right treatment turns a patient: NEWS2 before, after, and of the untreated twin, who may die."""

from dataclasses import dataclass

import pytest

from devices.physiology.body import Body
from devices.physiology.insults import INSULTS
from tests.devices.insult_courses import ADULT, PEOPLE
from tests.devices.treated import passed
from vitals import news2

pytestmark = pytest.mark.slow
RISKS = ("low", "low-medium", "medium", "high")

Given = tuple[tuple[str, float | None], ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """Who is treated ``at`` a minute of an illness that goes on, and what became of them ``after`` minutes.

    Where it goes no further than ``severity`` it stays there: mannitol is no cure of what grows on. ``most``
    is their NEWS2 and ``risk`` its band then, oxygen counted; ``kills``: whether it kills the twin.
    """

    ill: str
    at: float
    given: Given
    after: float
    most: int
    risk: str
    kills: bool = False
    tempo: float = 1.0
    severity: float = 1.0


MASK = ("face-mask", None)
FULL = ("non-rebreather", None)
LITRE = ("crystalloid", 1000)
SKULL: Given = (("mannitol", 1), ("sit-up", None))
ASTHMA: Given = (("salbutamol", None), ("ipratropium", None), ("magnesium", None), MASK)
OEDEMA: Given = (("cpap", None), ("gtn", None), ("furosemide", 80), ("face-mask", 8))
SEPSIS: Given = (
    ("crystalloid", 2100), ("noradrenaline", 0.1), MASK, ("antibiotics", None), ("paracetamol", None),
)  # fmt: skip
TURNS = (
    Turn("haemorrhage", 33, (("bleeding-control", None), ("blood", 3), LITRE), 30, 2, "low", True),
    Turn("anaphylaxis", 4.5, (("adrenaline-im", None), FULL, LITRE), 10, 6, "medium", True),
    Turn("acute-coronary-syndrome", 20, (("thrombolysis", None), ("fentanyl", None)), 120, 3, "low", True),
    Turn("opioid", 31, (("naloxone", 0.4),), 5, 1, "low"),
    Turn("bronchospasm", 60, ASTHMA, 30, 7, "high", True),
    Turn("copd", 80, (("venturi", 4),), 60, 3, "low"),
    Turn("pulmonary-embolism", 31, (("thrombolysis", None), MASK), 120, 6, "medium", True),
    Turn("pulmonary-oedema", 45, OEDEMA, 45, 6, "medium", True),
    Turn("tension-pneumothorax", 65, (("decompression", None), FULL), 10, 3, "low"),
    Turn("hypoglycaemia", 75, (("glucose", 200),), 10, 2, "low"),
    Turn("heat", 90, (("ice-bath", None),), 30, 3, "low"),
    Turn("intracranial-pressure", 45, SKULL, 45, 0, "low", severity=0.4),
    Turn("intracranial-pressure", 85, (*SKULL, MASK), 45, 5, "medium", severity=0.84),
    Turn("sepsis", 540, SEPSIS, 60, 11, "high", tempo=10),
    Turn("ketoacidosis", 600, (("insulin", None), ("crystalloid", 2000)), 60, 2, "low", tempo=10),
    Turn("cold", 245, (("warming", 2),), 180, 4, "low", tempo=10, severity=0.34),
    Turn("seizure", 6, (("benzodiazepine", None), FULL), 30, 5, "medium"),
    Turn("airway-obstruction", 2.5, (("airway-opening", None), FULL), 10, 5, "medium", True),
    Turn("atrial-fibrillation", 3, (("cardioversion", None),), 2, 1, "low"),
    Turn("svt", 3, (("adenosine", None),), 2, 0, "low"),
    Turn("ventricular-tachycardia", 3, (("cardioversion", None),), 2, 0, "low"),
    Turn("ventricular-fibrillation", 2, (("cpr", None), ("defibrillation", None)), 20, 1, "low", True),
    Turn("heart-block", 2, (("pacing", None),), 2, 1, "low"),
    Turn("bradycardia", 5, (("atropine", None),), 4, 1, "low"),
)  # fmt: skip


def fallen_ill(turn: Turn) -> Body:
    """Return twins at the minute at which the first is treated."""
    body = Body([PEOPLE.get(turn.ill, ADULT)] * 2)
    for i in (0, 1):
        body.insults.begin(i, turn.ill, turn.severity, turn.tempo)
    if turn.ill == "copd":
        # As in 7.8: the right mask, then too much oxygen.
        for minutes, mask in ((30, "venturi"), (15, "non-rebreather")):
            passed(body, minutes)
            for i in (0, 1):
                body.treatments.give(i, mask)
        return passed(body, turn.at - 45)
    passed(body, turn.at / turn.tempo)
    for i in (0, 1):
        body.insults.begin(i, turn.ill, turn.severity)
    return body


def scored(body: Body, i: int, scale: news2.Scale) -> tuple[int, int]:
    """Return NEWS2 and the place of its risk in ``RISKS``."""
    now = {key: float(values[i]) for key, values in body.now.items()}
    score = news2.score(
        rr=now["rr"], spo2=now["spo2"], oxygen=body.oxygen[i] != "air", sbp=now["sbp"], pulse=now["hr"],
        acvpu=body.consciousness.letters[i], temp=now["temp"], scale=scale,
    )  # fmt: skip
    return score.at_least, RISKS.index(news2.risk_of(score.at_least, score.max_single))


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: turn.ill)
def test_the_right_treatment_turns_news2(turn: Turn) -> None:
    """Of the treated it ends where the table says, at least 2 below the untreated twin's."""
    scale = PEOPLE.get(turn.ill, ADULT).scale
    body = fallen_ill(turn)
    before, _ = scored(body, 0, scale)
    for name, dose in turn.given:
        body.treatments.give(0, name, dose)
    passed(body, turn.after)
    (score, risk), (untreated, their_risk) = scored(body, 0, scale), scored(body, 1, scale)
    told = (turn.ill, before, score, untreated)
    assert score <= turn.most, told
    assert score <= untreated - 2, told
    assert risk <= RISKS.index(turn.risk) <= their_risk, told
    assert body.heart.pulse[0] == 1.0
    if turn.kills:
        assert passed(body, 25).heart.pulse[1] == 0.0, told


def test_forced_air_that_nobody_stops_leaves_its_patient_warm_and_not_hot() -> None:
    """Five hours after the cold itself has ended and air was given: between 37 and 38 °C."""
    (turn,) = [t for t in TURNS if t.ill == "cold"]
    body = fallen_ill(turn)
    body.treatments.give(0, "warming")
    body.insults.ease(0, "cold")
    assert 37.0 <= passed(body, 300).now["temp"][0] <= 38.0


def test_every_table_of_the_reference_is_turned_by_some_treatment() -> None:
    """None is left out."""
    assert {name for name, insult in INSULTS.items() if insult.table} <= {turn.ill for turn in TURNS}


def test_the_cold_grow_warm_as_fast_as_published() -> None:
    """From 30 °C by 1 to 2 °C an hour (reference 7.23) for three hours, while the twin grows no warmer."""
    (turn,) = [t for t in TURNS if t.ill == "cold"]
    body = fallen_ill(turn)
    before = float(body.now["temp"][0])
    body.treatments.give(0, "warming", 2)
    passed(body, 180)
    treated, twin = body.now["temp"].tolist()
    assert 1.0 <= (treated - before) / 3 <= 2.0
    assert before - 1.0 <= twin <= before
    assert body.now["hr"][0] < ADULT.baseline.hr + 25  # no shiverer's, who is warm
