"""The treatments there are: one table, in the order of the clinical reference 7.22 and 7.23.

Onset, peak and end are the reference's (the middle of a range); gains are fitted so that its effect
comes out of the body (tests/devices/test_treatments.py), else *heuristic*, as are all harms.
"""

from typing import Final

from devices.physiology.treatments.course import Course
from devices.physiology.treatments.kinds import Push, Treatment

MIN, HOUR = 60.0, 3600.0
LINEAR: Final = 1e6
_OXYGEN_AT: Final = Course(20.0, 150.0, off_s=150.0)
_OXYGEN_HARMS: Final = "one who retains carbon dioxide: saturation above 92 % lets it rise"


def _oxygen(label: str, device: str, usual: float, least: float, most: float) -> Treatment:
    return Treatment(
        label, "L/min", usual, least, most, _OXYGEN_AT, _OXYGEN_HARMS, "reference 7.22",
        act="oxygen", oxygen=device,
    )  # fmt: skip


BREATHING: Final[dict[str, Treatment]] = {
    "nasal-cannula": _oxygen("Oxygen by nasal cannula", "nasal cannula", 2, 0, 6),
    "face-mask": _oxygen("Oxygen by simple mask", "face mask", 6, 5, 10),
    "venturi": _oxygen("Oxygen by Venturi mask", "venturi", 4, 2, 15),
    "non-rebreather": _oxygen("Oxygen by non-rebreather mask", "non-rebreather", 15, 10, 15),
    "high-flow": _oxygen("High-flow nasal oxygen", "high-flow", 40, 20, 60),
    "sit-up": Treatment(
        "Sit up", "position", 1, 1, 1, Course(5, MIN, off_s=MIN),
        "the empty: pressure falls",
        # Heads raised by 30° had 3 (Rosner and Coley 1986) or 6 mmHg (Feldman 1992) less within.
        pushes=(Push("preload", -0.02), Push("preload", -0.15, "empty"), Push("icp_mmhg", -4)),
        eases={"shunt": 0.3, "obstruction": 0.1}, saturation=LINEAR,
    ),
    "airway-opening": Treatment(
        "Head tilt and jaw thrust", "position", 1, 1, 1, Course(3, 20, off_s=10),
        "none but the awake, who are pained by it", pushes=(Push("sbp_mmhg", 8),),
        eases={"obstruction": 0.3}, relieves={"airway-obstruction": 0.75}, saturation=LINEAR,
    ),
    "bag-mask": Treatment(
        "Bag-mask ventilation with oxygen", "breaths/min", 12, 6, 30, Course(2, 8, off_s=5),
        "the empty and a tension pneumothorax: pressure in the chest keeps blood out, the more the faster",
        pushes=(Push("assist_bpm", 12), Push("preload", -0.06), Push("preload", -0.2, "empty")),
        act="oxygen", oxygen="non-rebreather", saturation=LINEAR,
    ),
    "cpap": Treatment(
        "CPAP or NIV", "cmH2O", 8, 4, 20, Course(135, 25 * MIN, off_s=5 * MIN),
        "the empty: pressure in the chest keeps blood out",
        pushes=(
            Push("drive_rr_bpm", -1), Push("preload", -0.07), Push("preload", -0.3, "empty"),
            Push("preload", -0.1, "bound"),
        ),
        eases={"shunt": 0.43, "obstruction": 0.25},
        relieves={"pulmonary-oedema": 0.08, "copd": 0.3},
    ),
    "salbutamol": Treatment(
        "Salbutamol, nebulised", "mg", 5, 2.5, 10, Course(6 * MIN, 22 * MIN, 5 * HOUR),
        "a heart that is fast or short of blood: it goes faster",
        pushes=(Push("chronotropy_bpm", 37),), eases={"obstruction": 0.3},
        relieves={"bronchospasm": 0.42, "copd": 0.2}, saturation=0.5,
    ),
    "ipratropium": Treatment(
        "Ipratropium, nebulised", "mg", 0.5, 0.25, 1, Course(18 * MIN, 75 * MIN, 6 * HOUR),
        "a fast heart, a little", pushes=(Push("chronotropy_bpm", 3),), eases={"obstruction": 0.15},
        relieves={"bronchospasm": 0.27, "copd": 0.15},
    ),
    "steroid": Treatment(
        "Hydrocortisone", "mg", 200, 50, 400, Course(5 * HOUR, 8 * HOUR, 24 * HOUR),
        "the diabetic: glucose rises", pushes=(Push("glucose_mmol_min", 0.02),),
        relieves={"bronchospasm": 0.4, "copd": 0.3, "anaphylaxis": 0.2},
    ),
    "magnesium": Treatment(
        "Magnesium", "g", 2, 1, 6, Course(10 * MIN, 25 * MIN, 90 * MIN),
        "low pressure: vessels widen further", pushes=(Push("resistance", -0.2),),
        eases={"obstruction": 0.15}, relieves={"bronchospasm": 0.2}, over_s=20 * MIN,
        # In torsades it is pushed, and most are over within 1 to 5 min (Tzivoni 1988, from memory).
        act="magnesium", act_after_s=2 * MIN, source="reference 7.21, 7.23",
    ),
    "naloxone": Treatment(
        "Naloxone", "mg", 0.2, 0.04, 10, Course(90, 4 * MIN, 60 * MIN),
        "the dependent and those in pain: pulse and pressure leap, the more the larger the dose",
        pushes=(
            Push("chronotropy_bpm", 6), Push("sbp_mmhg", 7), Push("chronotropy_bpm", 26, "drugged"),
            Push("sbp_mmhg", 6, "drugged"),
        ), act="naloxone", act_after_s=30,
        source="reference 7.23; drug in blood 8.6",
    ),
    "fentanyl": Treatment(
        "Fentanyl", "µg", 50, 10, 500, Course(MIN, 5 * MIN, 45 * MIN),
        "everyone who breathes: the drive falls",
        relieves={"pain": 0.7}, act="fentanyl", source="reference 8.6 (Algera 2020)",
    ),
    "benzodiazepine": Treatment(
        "Lorazepam", "mg", 4, 1, 12, Course(2 * MIN, 8 * MIN, 4 * HOUR),
        "whoever breathes weakly: drive and airway fail",
        pushes=(Push("drive", -0.25), Push("consciousness", 1.0), Push("obstruction", 0.05)),
        relieves={"seizure": 1.0}, source="heuristic", act="calm", act_after_s=180,
    ),
}  # fmt: skip
CIRCULATION: Final[dict[str, Treatment]] = {
    "leg-raise": Treatment(
        "Raise the legs", "position", 1, 1, 1, Course(40, MIN, 8 * MIN),
        "the overfull heart: more fluid in the lung",
        pushes=(Push("preload", 0.09), Push("shunt", 0.25, "failing")), saturation=LINEAR,
    ),
    "crystalloid": Treatment(
        "Crystalloid", "mL", 500, 100, 3000, Course(5 * MIN, 18 * MIN, 6 * HOUR),
        "the failing heart: fluid in the lung",
        pushes=(Push("shunt", 1.5, "full"), Push("preload", 0.45, "pooled")),
        relieves={"pulmonary-oedema": -0.15},
        over_s=16 * MIN, flow=("crystalloid_ml_min", 500), saturation=LINEAR,
    ),
    "blood": Treatment(
        "Red cells", "unit", 1, 1, 8, Course(10 * MIN, 20 * MIN, 6 * HOUR),
        "the failing heart: fluid in the lung", pushes=(Push("shunt", 1.5, "full"),),
        relieves={"pulmonary-oedema": -0.1},
        over_s=20 * MIN, flow=("blood_ml_min", 300), saturation=LINEAR,
    ),
    "noradrenaline": Treatment(
        "Noradrenaline", "µg/kg/min", 0.1, 0.01, 1, Course(90, 5 * MIN, off_s=4 * MIN),
        "the failing heart: it cannot throw against more resistance; the empty: no flow behind the pressure",
        pushes=(
            Push("resistance", 0.42), Push("chronotropy_bpm", 12), Push("contractility", -0.65, "failing"),
            Push("perfusion", -0.6),
        ), saturation=0.6,
    ),
    "metaraminol": Treatment(
        "Metaraminol", "mg", 0.5, 0.25, 5, Course(90, 5 * MIN, 40 * MIN),
        "the failing heart: it cannot throw against more resistance",
        pushes=(
            Push("resistance", 0.31), Push("chronotropy_bpm", 5), Push("contractility", -0.5, "failing"),
            Push("perfusion", -0.3),
        ),
    ),
    "adrenaline-im": Treatment(
        "Adrenaline into the muscle", "mg", 0.5, 0.1, 1, Course(3 * MIN, 5.6 * MIN, 30 * MIN),
        "a heart short of blood: it must work harder, and its rhythm may go",
        # What is given takes the place of what the body itself would pour out (heuristic).
        pushes=(
            Push("resistance", 0.06), Push("chronotropy_bpm", 13),
            Push("chronotropy_gain", -1.9), Push("chronotropy_bpm", 40, "failing"),
        ),
        eases={"obstruction": 0.35, "capillary_leak_ml_min": 0.8},
        relieves={"anaphylaxis": 0.93, "bronchospasm": 0.3},
    ),
    "adrenaline-iv": Treatment(
        "Adrenaline into a vein", "mg", 1, 0.05, 3, Course(20, 90, 6 * MIN),
        "all who have a pulse: pressure and rate leap, and the rhythm may go",
        pushes=(Push("resistance", 0.6), Push("contractility", 0.2), Push("chronotropy_bpm", 60)),
        eases={"obstruction": 0.3}, relieves={"anaphylaxis": 0.6, "bronchospasm": 0.3},
        source="reference 7.21; course heuristic", act="adrenaline", act_after_s=60, saturation=0.15,
    ),
    "gtn": Treatment(
        "Glyceryl trinitrate", "µg/min", 100, 10, 400, Course(2 * MIN, 5 * MIN, off_s=7.5 * MIN),
        "the empty, and a right heart that lives by its filling: pressure falls away",
        # Of 28 with a right heart infarcted 20 lost more than 30 mmHg by nitrates (Ferguson 1989).
        pushes=(
            Push("resistance", -0.18), Push("preload", -0.11), Push("preload", -0.5, "empty"),
            Push("preload", -0.35, "bound"),
        ),
        eases={"chronotropy_bpm": 0.36}, relieves={"pulmonary-oedema": 0.1}, saturation=0.8,
    ),
    "furosemide": Treatment(
        "Furosemide", "mg", 40, 10, 250, Course(10 * MIN, 45 * MIN, 4 * HOUR),
        "the dry: they lose more", pushes=(Push("capillary_leak_ml_min", 2.5), Push("preload", -0.04)),
        relieves={"pulmonary-oedema": 0.35},
    ),
    "metoprolol": Treatment(
        "Metoprolol into a vein", "mg", 5, 1, 20, Course(6.5 * MIN, 20 * MIN, 4 * HOUR),
        "asthma: the airways close; a failing heart and the empty: they lived by their pulse",
        pushes=(
            Push("chronotropy_bpm", -26.5), Push("chronotropy_gain", -0.7), Push("contractility", -0.045),
            Push("contractility", -0.5, "failing"), Push("obstruction", 0.5, "airways"),
            Push("chronotropy_bpm", -18, "fast"), Push("preload", 0.2, "fast"),
        ),
        eases={"pace_bpm": 0.15}, relieves={"bronchospasm": -0.25, "copd": -0.15}, saturation=0.4,
    ),
    "amiodarone": Treatment(
        "Amiodarone", "mg", 300, 150, 900, Course(24 * MIN, 60 * MIN, 10 * HOUR),
        "low pressure: it falls further",
        pushes=(
            Push("chronotropy_bpm", -4), Push("chronotropy_bpm", -40, "fast"), Push("resistance", -0.07),
            Push("contractility", -0.25, "failing"), Push("preload", 0.2, "fast"),
        ),
        eases={"pace_bpm": 0.18}, over_s=30 * MIN,
    ),
    "adenosine": Treatment(
        "Adenosine", "mg", 6, 3, 18, Course(8, 15, 25),
        "asthma: the airways close; a blocked heart: it stands still for as long as the drug is there",
        act="adenosine", act_after_s=15,  # from vein to heart (reference 7.21: 10 to 30 s)
        pushes=(Push("obstruction", 0.4, "airways"), Push("resistance", -0.1)), source="reference 7.21, 7.23",
    ),
    "atropine": Treatment(
        "Atropine", "mg", 0.5, 0.1, 3, Course(90, 165, 45 * MIN),
        "a heart short of blood: it goes faster", pushes=(Push("chronotropy_bpm", 34),),
    ),
    "pacing": Treatment(
        "Pacing through the skin", "/min", 70, 40, 120, Course(1, 3, off_s=2),
        "none but those awake, whom it pains",
        pushes=(Push("pace_bpm", 70, "paced"), Push("drive_rr_bpm", 2, "awake")),
        saturation=LINEAR, act="pace",
    ),
    "cardioversion": Treatment(
        "Synchronised shock", "J", 100, 20, 200, Course(1, 2, 10),
        "a heart in its own rhythm: nothing is won", act="cardiovert", saturation=LINEAR,
    ),
    "defibrillation": Treatment(
        "Shock, not synchronised", "J", 150, 50, 360, Course(1, 2, 10),
        "a heart with a pulse: it may fibrillate", act="defibrillate", saturation=LINEAR,
    ),
    "cpr": Treatment(
        "Chest compressions", "/min", 110, 60, 140, Course(3, 15, off_s=3),
        "a beating heart: it is in the way, and broken ribs pain", saturation=LINEAR, act="compress",
        pushes=(Push("circulation", 0.33, "pulseless"), Push("preload", -0.2)), source="reference 7.0, 7.21",
    ),
    "bleeding-control": Treatment(
        "Stop the bleeding", "hand", 1, 1, 1, Course(1, 5, off_s=5),
        "the awake, whom the pressure pains, and who needed the time for something else",
        pushes=(Push("drive_rr_bpm", 2, "awake"),), relieves={"haemorrhage": 1.0},
        act="stop-bleeding", saturation=LINEAR,
    ),
    "thrombolysis": Treatment(
        "Thrombolysis", "mg", 50, 25, 100, Course(40 * MIN, 2 * HOUR, 48 * HOUR),
        "whoever bleeds: they bleed faster",
        pushes=(Push("bleeding_ml_min", 80, "empty"),),
        # 100 mg took 55 % of what pressure in the lung was above normal in two hours (PAIMS 2, 1992).
        relieves={"pulmonary-embolism": 0.4, "acute-coronary-syndrome": 0.8,
                  "right-ventricular-infarct": 0.8}, holds=("pulmonary-embolism",),
    ),
    "decompression": Treatment(
        "Needle or finger into the chest", "hand", 1, 1, 1, Course(5, 90, 45 * MIN),
        "a sound chest: the lung collapses a little", pushes=(Push("shunt", 0.06, "sound"),),
        relieves={"tension-pneumothorax": 0.95}, saturation=LINEAR,
    ),
}  # fmt: skip
OTHER: Final[dict[str, Treatment]] = {
    "antibiotics": Treatment(
        "Antibiotics", "dose", 1, 1, 1, Course(3 * HOUR, 12 * HOUR, 36 * HOUR),
        "nobody in a session but who waits for them", relieves={"sepsis": 0.7, "pneumonia": 0.5},
    ),
    "insulin": Treatment(
        "Insulin", "U/kg/h", 0.1, 0.02, 0.5, Course(7 * MIN, 45 * MIN, off_s=30 * MIN),
        "whose glucose is low: it falls on", pushes=(Push("glucose_mmol_min", -0.105),),
        relieves={"ketoacidosis": 0.75}, slowly=Course(60 * MIN, 8 * HOUR, off_s=4 * HOUR),
    ),
    "glucose": Treatment(
        "Glucose 10 %", "mL", 150, 50, 500, Course(80, 5 * MIN, 10 * MIN),
        "whose glucose is high: it rises on", pushes=(Push("glucose_mmol_min", 0.8),),
        saturation=LINEAR,
    ),
    "glucagon": Treatment(
        "Glucagon into the muscle", "mg", 1, 0.5, 2, Course(5 * MIN, 14 * MIN, 32 * MIN),
        "whose glucose is high: it rises on", pushes=(Push("glucose_mmol_min", 0.26),),
    ),
    "paracetamol": Treatment(
        "Paracetamol", "g", 1, 0.5, 2, Course(17 * MIN, 40 * MIN, 3.3 * HOUR),
        "nobody in a session; the fever that would have warned is hidden",
        pushes=(Push("set_point_c", -1.4, "fever"),),
    ),
    "cooling": Treatment(
        "Cool by air and water", "intensity", 1, 0.5, 4, Course(MIN, 3 * MIN, off_s=2 * MIN),
        "the cold: they grow colder", pushes=(Push("heat_w", -300),), relieves={"heat": 0.15},
        saturation=LINEAR,
    ),
    "ice-bath": Treatment(
        "Ice-water bath", "intensity", 1, 0.5, 1, Course(MIN, 3 * MIN, off_s=2 * MIN),
        "the cold: their heart stops", pushes=(Push("heat_w", -1000),), relieves={"heat": 0.5},
        saturation=LINEAR,
    ),
    "warming": Treatment(
        "Warm by forced air", "intensity", 1, 0.5, 2, Course(10 * MIN, 20 * MIN, off_s=2 * MIN),
        "the hot: they grow hotter", pushes=(Push("heat_w", 162, "cool"),), saturation=LINEAR,
        # What the cold did to heart and lung goes with it, in hours (heuristic).
        relieves={"cold": 0.2}, slowly=Course(30 * MIN, 4 * HOUR, off_s=HOUR),
    ),
    "mannitol": Treatment(
        "Mannitol", "g/kg", 0.5, 0.25, 1.5, Course(15 * MIN, 45 * MIN, 2.5 * HOUR),
        "the dry: they lose more",
        pushes=(Push("icp_mmhg", -8.3), Push("capillary_leak_ml_min", 0.4), Push("preload", -0.03, "empty")),
        over_s=15 * MIN,
    ),
}  # fmt: skip
TREATMENTS: Final[dict[str, Treatment]] = {**BREATHING, **CIRCULATION, **OTHER}
