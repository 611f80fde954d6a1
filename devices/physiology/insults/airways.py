"""Insults of breathing. Amounts under a ``table`` were found by leading a well person along its rows."""

from typing import Final

from devices.physiology.insults.kinds import FENTANYL, Insult

AIRWAYS: Final[dict[str, Insult]] = {
    "opioid": Insult(
        "Opioid overdose", "reference 7.5, 8.6", (0, 1, 11, 21, 31, 37, 41), 60, table="opioid",
        effects={
            FENTANYL: (0, 17, 11.5, 28, 56, 110, 260),
            "depth": (1, 1, 1, 0.95, 0.88, 0.9, 0.9),
            "resistance": (1, 0.97, 0.907, 0.828, 0.797, 0.742, 0.55),
            "preload": (1, 1, 1, 1, 1, 0.98, 0.85),
            "chronotropy_bpm": (0, 2.6, -11.8, -27.6, -37.6, -29.3, -40),
            "chronotropy_gain": (1, 1, 1, 1, 0.8, 0.6, 0.2),
        },
    ),
    "hypoventilation": Insult(
        "Breathing too little", "heuristic", (0, 5, 30), 10, effects={"drive": (1, 0.6, 0.12)},
    ),
    "apnoea": Insult("Apnoea", "heuristic", (0, 0.05, 0.1), 0.2, effects={"drive": (1, 0, 0)}),
    "airway-obstruction": Insult(
        "Obstructed airway", "heuristic; the whole as in reference 8.4", (0, 1, 3, 6), 0.5,
        effects={
            "obstruction": (0, 0.4, 0.75, 1), "drive_rr_bpm": (0, 4, 8, 6), "chronotropy_bpm": (0, 8, 15, 15),
        },
    ),
    "bronchospasm": Insult(
        "Acute severe asthma", "reference 7.7", (0, 15, 35, 55, 70, 80, 85), 45, table="asthma",
        effects={
            "contractility": (1, 1.097, 1.132, 1.255, 1.38, 1.506, 1),
            "resistance": (1, 0.793, 0.712, 0.628, 0.542, 0.707, 1),
            "obstruction": (0, 0, 0.03, 0.13, 0.38, 0.6, 0.9),
            "shunt": (0, 0.131, 0.249, 0.33, 0.542, 0.538, 0.55),
            "drive_rr_bpm": (0, 12.2, 18.8, 21.2, 19.1, 4.8, 0),
            "drive": (1, 1, 1, 1, 1, 0.22, 0.05),
            "preload": (1, 0.95, 0.92, 0.88, 0.8, 0.58, 0.25),
            "chronotropy_bpm": (0, 30.1, 53.3, 70.9, 66.1, 21.5, 10),
            "chronotropy_gain": (1, 1, 1, 1, 0.9, 0.25, 0.1),
            "sbp_mmhg": (0, 4, 8, 10, 10, 0, 0),
            "consciousness": (0, 0, 0, 0, 0.9, 2, 3.2),
        },
    ),
    "copd": Insult(
        "COPD exacerbation", "reference 7.8", (0, 30), 240, special="hyperoxia", table="copd",
        effects={
            "contractility": (1, 1.072),
            "obstruction": (0, 0.24), "shunt": (0, 0.077), "drive": (1, 0.55), "drive_rr_bpm": (0, 5.2),
            "chronotropy_bpm": (0, 15.8), "set_point_c": (0, 1.2), "resistance": (1, 0.816),
        },
    ),
    "pneumonia": Insult(
        "Pneumonia", "shunt of reference 8.4; fever of 8.9; tempo heuristic", (0, 120, 360, 720, 1440), 1440,
        effects={
            "shunt": (0, 0.04, 0.14, 0.24, 0.38),
            "set_point_c": (0, 0.8, 1.7, 2.1, 2.2),
            "drive_rr_bpm": (0, 1, 4, 6, 9),
            "resistance": (1, 0.97, 0.9, 0.85, 0.78),
        },
    ),
    "pulmonary-embolism": Insult(
        "Pulmonary embolism", "reference 7.9", (0, 1, 1.2, 2, 11, 31, 61, 76, 86), 180, table="pe",
        relieved="melts",
        effects={
            "shunt": (0, 0.009, 0.36, 0.333, 0.241, 0.272, 0.348, 0.42, 0.5),
            "dead_space": (0, 0, 0.16, 0.16, 0.22, 0.26, 0.3, 0.4, 0.5),
            "drive_rr_bpm": (0, 1.1, 1, 1.3, 1.1, 1.3, 1.4, 0, 0),
            "preload": (1, 0.991, 0.7, 0.725, 0.657, 0.583, 0.475, 0.18, 0.08),
            "chronotropy_bpm": (0, 14, 36, 12.6, 17.9, 18.9, 15.7, 0, 0),
            "chronotropy_gain": (1, 1, 1, 0.9, 0.68, 0.55, 0.42, 0.2, 0.1),
            "consciousness": (0, 0, 0, 0, 0, 0.2, 0.9, 1.5, 3),
        },
    ),
    "pulmonary-oedema": Insult(
        "Acute pulmonary oedema", "reference 7.11", (0, 15, 30, 45, 60, 75, 90), 60, table="scape",
        effects={
            "shunt": (0, 0.092, 0.351, 0.54, 0.699, 0.619, 0.7),
            "drive_rr_bpm": (0, 5, 11.7, 13.1, 15, 2.9, 0),
            "drive": (1, 1, 1, 1, 1, 0.48, 0.25),
            "resistance": (1, 0.915, 0.851, 0.822, 0.72, 0.758, 0.7),
            "contractility": (1, 1.13, 1.36, 1.51, 1.45, 1.05, 0.6),
            "chronotropy_bpm": (0, 21.5, 46.1, 56.2, 68.5, 33.7, 30),
            "consciousness": (0, 0, 0, 0, 0.8, 1.8, 3),
        },
    ),
    "tension-pneumothorax": Insult(
        "Tension pneumothorax", "reference 7.17", (0, 5, 25, 65, 105, 115), 10, table="tptx_sp",
        effects={
            "shunt": (0, 0.06, 0.243, 0.442, 0.527, 0.68),
            "drive_rr_bpm": (0, 3.8, 16.1, 17.7, 10, 0),
            "resistance": (1, 0.891, 0.825, 0.797, 0.956, 0.9),
            "preload": (1, 1.02, 1, 0.9, 0.69, 0.25),
            "chronotropy_bpm": (0, 17.5, 47.5, 54, 26.3, 20),
            "consciousness": (0, 0, 0, 0, 0.9, 2.5),
        },
    ),
}  # fmt: skip
