"""How much treatments do: the sizes of the clinical reference 7.23, each against an untreated twin."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from devices.person import Person
from devices.physiology.body import Body
from devices.physiology.insults import INSULTS
from devices.physiology.treatments import TREATMENTS
from tests.devices.test_treatment_times import CHANGES, NEAR, Range
from tests.devices.treated import ADULT, RETAINER, Ills, passed, sign_of

pytestmark = pytest.mark.slow

SEPSIS: Ills = (("sepsis", 0.5),)
ANAPHYLAXIS: Ills = (("anaphylaxis", 0.4),)
MILD: Ills = (("anaphylaxis", 0.25),)
ASTHMA: Ills = (("bronchospasm", 0.5),)
OEDEMA: Ills = (("pulmonary-oedema", 0.45),)
SLOW: Ills = (("bradycardia", 0.7),)
FAST: Ills = (("atrial-fibrillation", 0.5),)
BRAIN: Ills = (("intracranial-pressure", 0.55),)
LUNG: Ills = (("pulmonary-embolism", 0.36),)
"""As in the row of 30 min (reference 7.9)."""
PEAK_FLOW = ((0, 15, 35, 55, 70), (100, 60, 45, 32, 25))
"""% of what is predicted, by minutes into bronchospasm (reference 7.7)."""
ANAEMIC = replace(ADULT, haemoglobin_g_l=80.0)


@dataclass(frozen=True, slots=True)
class Size:
    """By how much a dose moves a sign within some minutes, in whom (``share``: of the twin's).

    ``mask``: the oxygen that both have. It is held to the middle of ``between``, so that half or twice the
    effect is seen; where it is ``wide`` to the whole of it, at its ends a quarter beyond.
    """

    treatment: str
    sign: str
    minute: float
    between: Range
    ills: Ills = ()
    dose: float | None = None
    person: Person = ADULT
    share: bool = False
    mask: str = ""
    wide: bool = False


# The least and the most of a range of doses do the least and the most of the range of effects.
SIZES = (
    Size("leg-raise", "pulse", 2, (0.1, 0.1), share=True),  # stroke volume + 10 %
    Size("crystalloid", "map", 20, (5, 10), SEPSIS, wide=True),
    Size("crystalloid", "hr", 20, (-10, -5), SEPSIS, wide=True),
    Size("crystalloid", "map", 60, (0, 2), SEPSIS, wide=True),  # gone by 60 min (7.20)
    Size("crystalloid", "haemoglobin", 60, (-10, -10), dose=1000),  # - 10 g/L per L
    Size("crystalloid", "volume", 60, (125, 150), wide=True),  # 25 to 30 % of 500 mL
    Size("blood", "haemoglobin", 60, (10, 10), person=ANAEMIC),
    Size("blood", "volume", 20, (300, 300)),
    Size("noradrenaline", "map", 6, (15, 15), SEPSIS, 0.05),
    Size("noradrenaline", "map", 6, (15, 25), SEPSIS, 0.1),
    Size("noradrenaline", "map", 6, (25, 25), SEPSIS, 0.5),
    Size("metaraminol", "map", 5, (15, 15), SEPSIS),
    Size("metaraminol", "hr", 5, (-5, -5), SEPSIS),
    Size("adrenaline-im", "map", 7, (20, 40), MILD),
    Size("adrenaline-im", "map", 7, (20, 40), ANAPHYLAXIS, wide=True),
    Size("adrenaline-im", "spo2", 7, (4, 8), ANAPHYLAXIS, wide=True),
    Size("adrenaline-im", "hr", 7, (-10, 10), wide=True),
    Size("adrenaline-im", "hr", 7, (-10, 10), ASTHMA, wide=True),
    Size("salbutamol", "hr", 22, (10, 20), ASTHMA, wide=True),
    Size("salbutamol", "rr", 22, (-8, -4), ASTHMA, wide=True),
    Size("salbutamol", "hr", 22, (10, 20)),
    Size("salbutamol", "peak-flow", 22, (15, 20), ASTHMA, wide=True),
    Size("ipratropium", "peak-flow", 75, (5, 10), ASTHMA),
    Size("magnesium", "peak-flow", 25, (5, 10), ASTHMA, wide=True),
    Size("magnesium", "sbp", 25, (-10, -5), ASTHMA, wide=True),
    Size("magnesium", "sbp", 25, (-10, -5)),
    Size("cpap", "rr", 30, (-10, -5), OEDEMA),
    Size("cpap", "spo2", 30, (5, 10), OEDEMA),
    Size("cpap", "sbp", 30, (-10, -10), OEDEMA),
    Size("cpap", "hr", 30, (-10, -10), OEDEMA),
    # pH + 0.03 to 0.06 an hour by the carbon dioxide that leaves: 7 to 13 % of 60 mmHg.
    Size("cpap", "paco2", 60, (-7.8, -4.2), (("copd", 1.0),), person=RETAINER),
    Size("gtn", "sbp", 6, (-20, -20), OEDEMA, 50),
    Size("gtn", "sbp", 6, (-40, -20), OEDEMA, 100),
    Size("gtn", "sbp", 6, (-40, -40), OEDEMA, 400),
    Size("metoprolol", "hr", 20, (-15, -15), dose=2.5),
    Size("metoprolol", "hr", 20, (-30, -15), dose=5),
    Size("metoprolol", "sbp", 20, (-15, -5), dose=5),
    Size("metoprolol", "hr", 20, (-30, -20), FAST, 2.5),
    Size("metoprolol", "hr", 20, (-30, -20), FAST, 5, wide=True),
    Size("metoprolol", "sbp", 20, (-15, -5), FAST, 5, wide=True),
    Size("amiodarone", "hr", 60, (-30, -20), FAST),
    Size("amiodarone", "sbp", 60, (-10, -5), FAST),
    Size("atropine", "hr", 3, (20, 30), SLOW),
    Size("atropine", "hr", 3, (0, 0), (("heart-block", 1.0),)),
    Size("glucose", "glucose", 10, (3, 5), (("hypoglycaemia", 0.5),), 150),
    Size("glucose", "glucose", 10, (3, 5), (("hypoglycaemia", 0.5),), 200),
    Size("glucagon", "glucose", 25, (2, 4)),
    Size("insulin", "glucose", 60, (-4, -3), (("ketoacidosis", 0.6),)),
    Size("thrombolysis", "hr", 120, (-20, -20), LUNG),
    Size("thrombolysis", "sbp", 120, (15, 20), LUNG),
    Size("thrombolysis", "spo2", 120, (5, 5), LUNG, mask="non-rebreather"),
    Size("paracetamol", "temp", 90, (-1.0, -0.8), (("pneumonia", 0.5),)),
    Size("bag-mask", "icp", 5, (-5, -5), BRAIN, 30),  # to an end-tidal 30 to 35
    Size("mannitol", "icp", 45, (-10, -5), BRAIN),
    Size("mannitol", "sbp", 45, (-20, -10), BRAIN, wide=True),
    Size("mannitol", "hr", 45, (10, 10), BRAIN),
)


def told(body: Body, sign: str) -> tuple[float, ...]:
    """Return a sign of everybody, or what their blood is."""
    circulation = body.circulation
    match sign:
        case "pulse":
            values = body.now["sbp"] - body.now["dbp"]
        case "haemoglobin":
            values = circulation.haemoglobin_g_l
        case "icp":
            values = np.array([body.insults.icp(i) for i in range(len(body.now["hr"]))])
        case "volume":
            values = circulation.change_ml
        case "peak-flow":
            insult, n = INSULTS["bronchospasm"], len(body.now["hr"])
            felt = [body.insults.felt(i, "bronchospasm") * insult.minutes[-1] for i in range(n)]
            values = np.interp(felt, *PEAK_FLOW)
        case _:
            values = sign_of(body, sign)
    return tuple(values.tolist())


def measured(sizes: Sequence[Size], minute: float) -> list[float]:
    """Return by how much each sign leaves the twin's ``minute`` after giving."""
    body = Body([s.person for s in sizes for _ in "ab"])
    for k, size in enumerate(sizes):
        for name, severity in size.ills:
            for i in (2 * k, 2 * k + 1):
                body.insults.begin(i, name, severity, 60.0)
        if size.mask:
            body.treatments.give(2 * k, size.mask)
            body.treatments.give(2 * k + 1, size.mask)
    passed(body, 10)
    for k, size in enumerate(sizes):
        body.treatments.give(2 * k, size.treatment, size.dose)
    passed(body, minute)
    out = []
    for k, size in enumerate(sizes):
        treated, twin = told(body, size.sign)[2 * k : 2 * k + 2]
        out.append((treated - twin) / (twin if size.share else 1.0))
    return out


RHYTHM = "it ends a rhythm or does not"
NONE = "the reference gives none"
NO_SIZE = {
    "nasal-cannula": "FiO2: test_devices_give_the_oxygen_of_the_reference", "face-mask": "likewise",
    "venturi": "likewise", "non-rebreather": "likewise", "high-flow": "likewise",
    "steroid": "nothing in a session: test_sizes_of_bodies", "antibiotics": "nothing in a session",
    "fentanyl": "its own kinetics", "benzodiazepine": NONE, "adrenaline-iv": f"{NONE}: test_sizes_of_bodies",
    "naloxone": "test_naloxone_lifts_pulse_and_pressure_the_more_the_larger_the_dose",
    "furosemide": "urine is not there, and of saturation the reference says only that it rises",
    "adenosine": RHYTHM, "cardioversion": RHYTHM, "defibrillation": RHYTHM, "pacing": "the rate asked for",
    "cpr": "end-tidal CO2 of 10: test_compressions_carry_somebody_until_the_shock",
    "bleeding-control": "no more is lost", "decompression": "all is back: test_turned",
}  # fmt: skip
"""Those without a size in reference 7.23, and what stands for it."""


def test_no_treatment_is_without_a_size_in_silence() -> None:
    """Each is held to one, or says why not."""
    shown = {size.treatment for size in SIZES} | {change.treatment for change in CHANGES}
    assert shown | set(NO_SIZE) == set(TREATMENTS)
    assert not shown & set(NO_SIZE)


@pytest.mark.parametrize("minute", sorted({s.minute for s in SIZES}))
def test_treatments_do_as_much_as_published(minute: float) -> None:
    """Every size is within a quarter of the reference's."""
    sizes = [s for s in SIZES if s.minute == minute]
    missed = []
    for size, value in zip(sizes, measured(sizes, minute), strict=True):
        low, high = size.between if size.wide else (sum(size.between) / 2,) * 2
        if not low - NEAR * abs(low) <= value <= high + NEAR * abs(high):
            missed.append(
                f"{size.treatment} {size.dose or ''} on {size.sign}: {value:.2f}, not {size.between}"
            )
    assert missed == []
