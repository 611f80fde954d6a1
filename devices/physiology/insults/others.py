"""Insults of brain, sugar, heat and mind.

Amounts under a ``table`` were found by leading a well person along its rows.
"""

from typing import Final

from devices.physiology.insults.kinds import Insult

OTHERS: Final[dict[str, Insult]] = {
    "hypoglycaemia": Insult(
        "Hypoglycaemia", "reference 7.14, 8.10", (0, 10, 30, 50, 70, 90, 110), 30, table="hypo",
        effects={
            "glucose_mmol_min": (0, -0.03, -0.15, -0.1, -0.115, -0.133, -0.155),
            "drive_rr_bpm": (0, 0.2, 3.8, 7.5, 10.5, 10, 5),
            "resistance": (1, 0.881, 0.761, 0.548, 0.462, 0.471, 0.51),
            "contractility": (1, 1.11, 1.2, 1.44, 1.53, 1.47, 1.31),
            "set_point_c": (0, -0.5, -0.6, -0.7, -1.4, -1.9, -2),
            "shunt": (0, 0, 0, 0, 0, 0.02, 0.1),
            "chronotropy_bpm": (0, 3, 12, 32.7, 48.3, 37, 24.6),
            "perfusion": (1, 1, 0.9, 0.6, 0.5, 0.5, 0.5),
        },
    ),
    "ketoacidosis": Insult(
        "Diabetic ketoacidosis", "reference 7.13", (0, 240, 480, 720, 960), 1440, table="dka",
        effects={
            "glucose_mmol_min": (0, 0.4, 0.57, 0.74, 0.92),
            "co2_set": (1, 0.9, 0.74, 0.56, 0.4),
            "depth": (1, 1.08, 1.25, 1.55, 2.1),
            "drive_rr_bpm": (0, 5, 8.1, 11.4, 16.3),
            "resistance": (1, 0.792, 0.696, 0.593, 0.504),
            "preload": (1, 1.06, 1.01, 0.95, 0.9),
            "set_point_c": (0, 0, -0.12, -0.33, -0.88),
            "chronotropy_bpm": (0, 21.6, 26.3, 24.2, 17.9),
            "consciousness": (0, 0, 0, 0.4, 2),
        },
        flows={"capillary_leak_ml_min": 0.12},
    ),
    "heat": Insult(
        "Heat stroke", "reference 7.15", (0, 30, 60, 90), 120, table="heat",
        effects={
            "heat_w": (0, 405, 410, 490),
            "shunt": (0, 0, 0.029, 0.127),
            "drive_rr_bpm": (0, 9, 11.6, 14),
            "resistance": (1, 0.561, 0.454, 0.37),
            "contractility": (1, 1.29, 1.34, 1.26),
            "chronotropy_bpm": (0, 32.7, 26.9, 15.1),
            "chronotropy_gain": (1, 1, 1, 0.7),
            "consciousness": (0, 0, 0.2, 1.2),
        },
        flows={"capillary_leak_ml_min": 0.08},
    ),
    "cold": Insult(
        "Hypothermia", "reference 7.16; hours heuristic", (0, 60, 240, 480, 720), 480, table="cold",
        relieved="melts",
        effects={
            "heat_w": (0, -350, -440, -690, -930),
            "shunt": (0, 0.06, 0.24, 0.5, 0.6),
            "drive_rr_bpm": (0, 15, 9.7, 3.5, 0),
            "resistance": (1, 0.77, 0.6, 0.44, 0.4),
            "preload": (1, 1.1, 0.88, 0.72, 0.5),
            "chronotropy_bpm": (0, 55, 15, 12, 0),
            "chronotropy_gain": (1, 1, 0.8, 0.35, 0.2),
            "perfusion": (1, 0.4, 0.25, 0.15, 0.1),
        },
    ),
    "intracranial-pressure": Insult(
        "Raised intracranial pressure", "reference 7.19", (0, 10, 30, 50, 70, 85, 95), 240, table="icp",
        relieved="outruns", special="skull",
        effects={
            "shunt": (0, 0.02, 0.03, 0.051, 0.141, 0.194, 0.3),
            "drive_rr_bpm": (0, 1.5, 2.9, -0.4, 0, -0.1, 0),
            "drive": (1, 1, 1, 1, 0.52, 0.2, 0),
            "resistance": (1, 0.887, 0.877, 0.842, 0.766, 0.891, 0.45),
            "sbp_mmhg": (0, 5, 36, 80, 138, 215, 0),
            "chronotropy_bpm": (0, 19, 22.4, 14.4, 0.3, -16.2, 40),
            "consciousness": (0, 0.3, 1, 2, 3, 4, 4),
        },
    ),
    "seizure": Insult(
        "Seizure", "heuristic", (0, 0.1, 1, 5, 30), 15, relieved="melts", timed=True,
        effects={
            "chronotropy_bpm": (0, 30, 55, 55, 45), "sbp_mmhg": (0, 20, 40, 35, 10),
            "obstruction": (0, 0.55, 0.45, 0.3, 0.25), "metabolism": (1, 1.6, 1.8, 1.6, 1.4),
            "shunt": (0, 0, 0.03, 0.06, 0.1), "heat_w": (0, 60, 150, 200, 200),
            "consciousness": (0, 4, 4, 4, 4),
        },
    ),
    "pain": Insult(
        "Pain or anxiety", "reference 7.25", (0, 2), 10,
        effects={
            "chronotropy_bpm": (0, 30), "sbp_mmhg": (0, 20), "drive_rr_bpm": (0, 10),
            "chronotropy_gain": (1, 0.3), "perfusion": (1, 0.8),
        },
    ),
}  # fmt: skip
