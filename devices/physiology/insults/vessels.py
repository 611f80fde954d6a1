"""Insults of heart, vessels and blood.

Amounts under a ``table`` were found by leading a well person along its rows.
"""

from typing import Final

from devices.physiology.insults.kinds import LACTATE, Insult

VESSELS: Final[dict[str, Insult]] = {
    "haemorrhage": Insult(
        "Haemorrhage", "reference 7.3, 8.5", (0, 30, 40, 48, 54, 60), 10, table="haem",
        effects={
            "heat_w": (0, -150, -250, -350, -350, -350),
            "shunt": (0, 0.02, 0.1, 0.15, 0.4, 0.4),
            "drive_rr_bpm": (0, 0, 5, -4, 0, 0),
        },
        flows={"bleeding_ml_min": 0.61},
    ),
    "sepsis": Insult(
        "Sepsis", "reference 7.2", (0, 60, 180, 300, 420, 540, 660, 780, 960), 1440, table="sepsis",
        effects={
            "shunt": (0, 0.02, 0.06, 0.118, 0.164, 0.229, 0.286, 0.396, 0.6),
            "drive_rr_bpm": (0, 0.5, 1.8, 2.5, 2.8, 1.1, 1.2, -2.4, 0),
            "co2_set": (1, 1, 0.96, 0.89, 0.83, 0.8, 0.79, 0.75, 0.72),
            "depth": (1, 1, 1.03, 1.13, 1.21, 1.19, 1.13, 1.08, 1),
            LACTATE: (0, 0, 0.005, 0.016, 0.025, 0.027, 0, 0, 0),
            "resistance": (1, 0.839, 0.806, 0.684, 0.645, 0.563, 0.485, 0.451, 0.25),
            "preload": (1, 1, 0.93, 0.84, 0.76, 0.7, 0.66, 0.6, 0.45),
            "contractility": (1, 1.13, 1.18, 1.33, 1.42, 1.5, 1.48, 1.35, 1),
            "set_point_c": (0, 0.9, 1.4, 2.2, 2.6, 2.5, 1.9, 0.2, -0.5),
            "chronotropy_bpm": (0, 5.3, 2, -1.1, -8.8, -13.2, -11, -3.7, 0),
            "chronotropy_gain": (1, 1, 0.63, 0.5, 0.48, 0.48, 0.48, 0.48, 0.3),
            "perfusion": (1, 1, 1.05, 1.1, 0.9, 0.7, 0.5, 0.35, 0.2),
            "consciousness": (0, 0, 0, 0, 0.3, 0.9, 1.3, 2, 3),
        },
        flows={"capillary_leak_ml_min": 0.12},
    ),
    "anaphylaxis": Insult(
        "Anaphylaxis", "reference 7.12", (0, 0.5, 1.5, 3.5, 5.5, 7.5, 9.5), 40, table="ana",
        effects={
            "shunt": (0, 0, 0.041, 0.225, 0.471, 0.604, 0.7),
            "drive_rr_bpm": (0, 0.9, 5.7, 10.1, -3.2, -8, 0),
            "drive": (1, 1, 1, 1, 1, 1, 0.2),
            "resistance": (1, 0.995, 0.636, 0.37, 0.314, 0.337, 0.28),
            "preload": (1, 1, 1, 0.93, 0.8, 0.7, 0.55),
            "chronotropy_bpm": (0, 9.6, 18.5, 18.2, 15.8, 0.9, -5),
            "chronotropy_gain": (1, 1, 1, 0.68, 0.46, 0.34, 0.12),
            "perfusion": (1, 1.2, 1.5, 1, 0.8, 0.7, 0.6),
        },
        flows={"capillary_leak_ml_min": 0.25},
    ),
    "acute-coronary-syndrome": Insult(
        "Heart attack, then cardiogenic shock", "reference 7.10", (0, 5, 15, 35, 65, 80, 81), 2880,
        table="mi",
        effects={
            "shunt": (0, 0.02, 0.123, 0.179, 0.236, 0.364, 0.4),
            "drive_rr_bpm": (0, 3.8, 9, 5.9, 3.9, -0.3, 0),
            "resistance": (1, 0.904, 0.805, 0.801, 0.806, 0.771, 0.7),
            "contractility": (1, 1.04, 0.9, 0.67, 0.49, 0.41, 0.35),
            "chronotropy_bpm": (0, 19.6, 23.5, 14, 14.9, 16.4, 20),
            "chronotropy_gain": (1, 1, 1, 0.85, 0.48, 0.42, 0.4),
            "consciousness": (0, 0, 0, 0, 0.3, 1, 1),
            "perfusion": (1, 1, 0.8, 0.7, 0.5, 0.5, 0.5),
        },
        demands=((0.999, "vf"),),
    ),
    "right-ventricular-infarct": Insult(
        "Inferior infarct of the right heart", "its end: reference 7.10 (inferior variant); heuristic",
        (0, 5, 15, 60, 60.1, 90), 2880,
        effects={
            "preload": (1, 0.98, 0.9, 0.82, 1.05, 1.08), "bound": (0, 0.3, 0.8, 1, 1, 1),
            "contractility": (1, 1, 0.97, 0.95, 0.97, 0.97), "drive_rr_bpm": (0, 3, 4, 4, 4, 4),
            "chronotropy_bpm": (0, 8, -4, -22, -22, -25), "chronotropy_gain": (1, 1, 0.7, 0.5, 0.5, 0.4),
            "pace_bpm": (0, 0, 0, 0, 42, 38),
        },
        # From the block on filling is set to its end at 84 mmHg: the block itself takes a third of strokes.
        demands=((0.667, "third-degree"),),
    ),
    "atrial-fibrillation": Insult(
        "Fast atrial fibrillation", "reference 7.21", (0, 0.02, 1), 0.1, demands=((0.02, "af"),),
        effects={"chronotropy_bpm": (0, 50, 66), "contractility": (1, 0.66, 0.54)},
    ),
    "svt": Insult(
        "Supraventricular tachycardia", "reference 7.21", (0, 0.02, 1), 0.1, demands=((0.02, "svt"),),
        effects={"pace_bpm": (0, 175, 190), "contractility": (1, 0.6, 0.5)},
    ),
    "ventricular-tachycardia": Insult(
        "Ventricular tachycardia", "reference 7.21", (0, 0.02, 10), 0.1,
        demands=((0.01, "vt"), (0.98, "pulseless-vt")),
        effects={"pace_bpm": (0, 165, 185), "contractility": (1, 0.55, 0.3), "shunt": (0, 0, 0.06)},
    ),
    "ventricular-fibrillation": Insult(
        "Ventricular fibrillation", "reference 7.21", (0, 0.02, 0.04), 0.1, demands=((0.5, "vf"),),
    ),
    "heart-block": Insult(
        "Complete heart block", "reference 7.21", (0, 0.02, 1), 0.1, demands=((0.02, "third-degree"),),
        effects={"pace_bpm": (0, 45, 32)},
    ),
    "bradycardia": Insult(
        "Sinus bradycardia", "reference 7.21", (0, 1, 5), 5,
        effects={"chronotropy_bpm": (0, -20, -50), "chronotropy_gain": (1, 0.4, 0.1)},
    ),
    "dehydration": Insult(
        "Dehydration", "volume as in reference 8.5; tempo heuristic", (0, 720, 1440), 720,
        flows={"capillary_leak_ml_min": 0.3}, effects={"set_point_c": (0, 0.2, 0.5)},
    ),
}  # fmt: skip
