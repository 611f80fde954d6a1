"""What the gallery says of each picture: how it is told from its neighbours.

Rates are those a rhythm is usually seen at: clinical reference 7.21, else *heuristic*; a rhythm's own bounds
hold them.
"""

from typing import Final

RATES: Final[dict[str, float]] = {
    "sinus-bradycardia": 44, "sinus-tachycardia": 118, "sinus-arrest": 62, "af": 96, "af-controlled": 78,
    "af-rapid": 142, "flutter": 150, "flutter-4-1": 75, "flutter-variable": 98, "svt": 185, "junctional": 48,
    "accelerated-junctional": 84, "wenckebach": 62, "mobitz-ii": 54, "two-to-one": 40, "third-degree": 37,
    "third-degree-wide": 27, "idioventricular": 34, "accelerated-idioventricular": 82, "vt": 165,
    "pulseless-vt": 215, "polymorphic-vt": 210, "torsades": 220, "agonal": 12, "pea": 58, "cpr": 110,
    "failure-to-capture": 50, "af-uncaptured": 50, "paced-tracking": 78, "af-paced": 68, "af-block": 40,
}  # fmt: skip
USUAL_BPM: Final = 72.0
TWELVE: Final = (
    "sinus", "wpw", "lbbb", "rbbb", "af-block", "flutter-4-1", "junctional", "third-degree-wide", "bigeminy",
    "accelerated-idioventricular", "vt", "torsades", "paced-ventricular", "paced-dual",
)  # fmt: skip
"""Rhythms whose shape in the other leads tells them."""

RHYTHMS: Final[dict[str, str]] = {
    "sinus": "One upright P before each narrow QRS in lead II, even but for breathing.",
    "sinus-bradycardia": "Below 50, a P before every QRS; the vagus lifts J, and a U wave follows T.",
    "sinus-tachycardia": "As sinus rhythm, above 100; P waves move close to the T before them but remain.",
    "sinus-arrhythmia": "The rate rises with each breath in and falls with each breath out; P stays.",
    "sinus-arrest": "A pause without P wave or QRS that is no multiple of the interval before.",
    "pac": "Now and then a narrow beat comes early, its P of another shape; the sinus starts anew.",
    "wpw": "A short PR and a slurred upstroke (delta wave) that widens QRS.",
    "lbbb": "QRS of 120 ms and more: deep in V1, broad and notched in I and V6, T against it.",
    "rbbb": "QRS of 120 ms and more: a second upright wave (rsR′) in V1, a broad S in I and V6.",
    "af": "No P wave; the baseline trembles and no two intervals are alike. Pulses differ in height.",
    "af-controlled": "Held at 60 to 99 by digitalis: ST sags, T is low; irregular, but no gap is short.",
    "af-rapid": "Above 110, nearly regular at a glance: ST sinks, pulses are missed, and a beat that comes"
    " early after a long gap is wide (Ashman).",
    "af-block": "The baseline trembles as in fibrillation, yet beats are slow and even: none is conducted.",
    "flutter": "A saw-tooth of 300 a minute in lead II, every second one conducted: 150 and fixed.",
    "flutter-4-1": "The same saw-tooth, every fourth conducted: a regular 75 with teeth between.",
    "flutter-variable": "The saw-tooth is regular, the beats are not: intervals are multiples of a tooth.",
    "svt": "Narrow, fast and clock-like, without visible P waves; begins and ends abruptly.",
    "junctional": "Narrow and regular at 35 to 60; P is missing or upside down, close to QRS.",
    "accelerated-junctional": "As junctional rhythm, at 61 to 110.",
    "first-degree": "Every P is conducted, but PR is longer than 200 ms.",
    "wenckebach": "PR grows from beat to beat until a P is not conducted; then it begins anew.",
    "mobitz-ii": "PR stays the same and suddenly a P is not conducted; QRS is wide.",
    "two-to-one": "Every second P is conducted.",
    "third-degree": "P waves and QRS complexes both go regularly, and have nothing to do with each other.",
    "third-degree-wide": "As third-degree block, with a wide and slow escape from the ventricle.",
    "pvc": "Early, wide beats without a P wave in sinus rhythm; then a pause, and hardly a pulse.",
    "pvc-multifocal": "Early, wide beats of more than one shape.",
    "bigeminy": "Every second beat comes early and wide. The finger counts half of the ECG’s rate.",
    "trigeminy": "Every third beat comes early and wide.",
    "couplets": "Two wide beats in a row.",
    "nsvt": "Runs of wide, fast beats that end by themselves.",
    "idioventricular": "Wide and slow, 20 to 40 a minute, without P waves: the ventricle alone.",
    "accelerated-idioventricular": "Wide at 50 to 110, often after reperfusion; sinus beats capture or fuse.",
    "vt": "Wide, fast and regular, with P waves marching through, which seldom fuse with a beat; weak pulse.",
    "pulseless-vt": "Wider and faster still, and nothing arrives at the finger: shock.",
    "polymorphic-vt": "Wide and fast, and no two beats are alike.",
    "torsades": "The points twist around the baseline: QRS grows, shrinks and turns over.",
    "vf": "No QRS at all: a chaotic swing of 4 to 7 a second that fades over minutes. No pulse: shock.",
    "vf-coarse": "Ventricular fibrillation at its beginning: high swings.",
    "vf-fine": "Ventricular fibrillation after minutes: small, and easily taken for asystole.",
    "asystole": "A flat line without P waves or QRS. Look at the electrodes, then treat.",
    "standstill": "P waves go on, and no QRS follows. No pulse.",
    "agonal": "A few broad, shapeless complexes a minute. No pulse.",
    "pea": "An organised rhythm and no pulse: the pleth decides, not the ECG.",
    "cpr": "Compressions swing the trace at 100 to 120 a minute and hide what is under them.",
    "paced-atrial": "A spike before each P; QRS is narrow and the patient’s own.",
    "paced-ventricular": "A spike before each wide QRS; P waves go their own way.",
    "paced-dual": "Two spikes: one before P, one before QRS.",
    "paced-tracking": "After each of the patient’s own P waves a spike and a wide QRS: heart block, paced.",
    "af-paced": "No P; narrow irregular beats; after a second without one a spike and a wide QRS (VVI).",
    "af-uncaptured": "Spikes without an answer over a trembling baseline; a QRS does not follow each.",
    "paced-fibrillating": "A spike before each wide QRS, and no P: the baseline trembles.",
    "failure-to-capture": "Spikes without an answer: a QRS does not follow each.",
    "failure-to-sense": "Spikes fall where they should not, in the patient’s own beats and T waves.",
}

Bend = tuple[str, tuple[float | str, ...]]
CONDITIONS: Final[dict[str, tuple[str, str, tuple[Bend, ...]]]] = {
    "st-anterior": ("Anterior infarction", "ST raised in V1 to V4.", (("st", ("anterior", 0.3)),)),
    "st-inferior": (
        "Inferior infarction",
        "ST raised in II, III and aVF, lowered in aVL.",
        (("st", ("inferior", 0.3)),),
    ),
    "st-lateral": ("Lateral infarction", "ST raised in I, aVL, V5 and V6.", (("st", ("lateral", 0.25)),)),
    "st-posterior": (
        "Posterior infarction",
        "ST lowered in V1 to V3: the mirror of a raised one behind.",
        (("st", ("posterior", 0.25)),),
    ),
    "st-subendocardial": (
        "Subendocardial ischaemia",
        "ST lowered in many leads, raised in aVR.",
        (("st", ("subendocardial", 0.2)),),
    ),
    "st-right-ventricular": (
        "Infarction of the right ventricle",
        "As an inferior one, III higher than II, and V1 raised too: it lives by its filling, no nitrate.",
        (("st", ("right-ventricular", 0.3)),),
    ),
    "st-pericarditis": (
        "Pericarditis",
        "ST raised nearly everywhere, hollow, and lowered in aVR alone; PR sags.",
        (("st", ("pericarditis", 0.25)),),
    ),
    "st-brugada": (
        "Brugada pattern, type 1",
        "A coved ST in V1 and V2 that slopes down into a T turned over.",
        (("st", ("brugada", 0.35)),),
    ),
    "infarct-10-min": (
        "Anterior infarction, 10 minutes old",
        "Hyperacute: T waves tall and broad over the chest, ST only begins to rise.",
        (("infarct", ("anterior", 0.35, 0.12)),),
    ),
    "infarct-2-h": (
        "Anterior infarction, 2 hours old",
        "ST high and domed in V1 to V4; R begins to shrink.",
        (("infarct", ("anterior", 0.35, 2.0)),),
    ),
    "infarct-10-h": (
        "Anterior infarction, 10 hours old, not opened",
        "Q waves have come, ST is half of what it was, and the end of T turns over.",
        (("infarct", ("anterior", 0.35, 10.0)),),
    ),
    "infarct-48-h": (
        "Anterior infarction, 2 days old",
        "Q waves stay, T is deeply turned over, ST is nearly down.",
        (("infarct", ("anterior", 0.35, 48.0)),),
    ),
    "potassium-5.8": (
        "Potassium 5.8 mmol/L",
        "T waves a little taller and narrower.",
        (("potassium", (5.8,)),),
    ),
    "potassium-6.5": ("Potassium 6.5 mmol/L", "Tall, narrow, pointed T waves.", (("potassium", (6.5,)),)),
    "potassium-7.5": ("Potassium 7.5 mmol/L", "P flattens and QRS widens.", (("potassium", (7.5,)),)),
    "potassium-9.0": (
        "Potassium 9 mmol/L",
        "P is gone; QRS runs into T, and both are one sine wave: close to arrest.",
        (("potassium", (9.0,)),),
    ),
    "potassium-2.5": (
        "Potassium 2.5 mmol/L",
        "Flat T waves, ST lowered, and U waves after them.",
        (("potassium", (2.5,)),),
    ),
    "potassium-3.0": (
        "Potassium 3.0 mmol/L",
        "T lower, and a U wave after it.",
        (("potassium", (3.0,)),),
    ),
    "cold-30": (
        "Core temperature 30 °C",
        "Slow, a long QT, and an Osborn wave after QRS.",
        (("core", (30.0,)),),
    ),
    "long-qt": (
        "Long QT",
        "The T wave ends beyond half of the interval: torsades threatens.",
        (("qt", (1.35,)),),
    ),
    "thick-ventricle": (
        "Left ventricular hypertrophy",
        "High voltage, and strain in the lateral leads.",
        (("hypertrophy", ()),),
    ),
}
"""Label, caption and what bends the ECG, by key."""

ARTEFACTS: Final[dict[str, tuple[str, str]]] = {
    "clean": ("A clean recording", "For comparison: a patient without any fault."),
    "motion": (
        "Movement",
        "The line swings with each step; the pulse rate is the cadence, SpO₂ is pulled towards 83 %.",
    ),
    "lead-off": (
        "Electrode off",
        "ECG and breathing are flat at once and together; the pulse at the finger goes on.",
    ),
    "probe-off": ("Probe off the finger", "The pleth is flat at once; ECG and breathing go on."),
    "low-perfusion": (
        "Low perfusion",
        "The pulse is a twelfth as high, so that noise shows; values become questionable.",
    ),
    "cold-finger": (
        "Cold finger",
        "A small pulse with a high second wave: the vessels are tight, and saturation lags.",
    ),
    "ambient-light": (
        "Strong light on the sensor",
        "A small pulse on a drifting, flickering line; SpO₂ is pulled towards 85 %, from above and below.",
    ),
    "same-arm": (
        "Cuff on the oximeter’s arm",
        "The cuff shuts the artery: the pleth is flat until it has measured, then the number comes back.",
    ),
    "shivering": (
        "Shivering",
        "Fast muscle noise that comes and goes with the tremor; QRS complexes still stand out.",
    ),
    "mains-hum": ("Mains hum", "An even band of 50 Hz thickens the line; beats and intervals are as before."),
    "baseline-wander": (
        "Wandering baseline",
        "The line drifts slowly and beats keep their shape: a loose electrode or sweat.",
    ),
    "electrosurgery": (
        "Electrosurgery",
        "Bursts that hide everything electrical, and quiet in between; the pleth is clean.",
    ),
    "damped-line": (
        "Damped arterial line",
        "Rounded, without a notch: systolic reads too low, diastolic too high, and the mean stays right.",
    ),
}
"""Label and caption by key, in the order shown."""

CAPNOGRAMS: Final[dict[str, tuple[str, str]]] = {
    "healthy": (
        "A healthy airway",
        "Zero, a steep rise, a nearly flat plateau that ends at end-tidal CO₂, a steep fall.",
    ),
    "bronchospasm": ("Bronchospasm", "The rise slants into a shark’s fin: the lung empties unevenly."),
    "rebreathing": ("Rebreathing", "The baseline does not return to zero: a mask with too little flow."),
    "hypoventilation": ("Hypoventilation", "Slow breaths and a high plateau."),
    "low-output": ("Low cardiac output", "Breaths as before, and little CO₂: little blood reaches the lung."),
}

PRESSURES: Final[dict[str, tuple[str, str]]] = {
    "filled": ("A filled circulation", "Pulse pressure varies little with breathing."),
    "bled": (
        "After losing 30 % of the blood",
        "Pulse pressure rises and falls with every breath, as does the pleth’s height.",
    ),
    "standstill": ("The heart stops", "The last pulse runs off towards what fills the vessels at rest."),
}
