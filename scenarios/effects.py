"""When a treatment's effect is seen: clinical reference 7.23, as a person reads it.

What a drug does and what is seen of it are not at the same time: glucose that a push raises for minutes
stays raised for half an hour. ``tests/devices/test_treatment_times.py`` holds bodies to these times.
"""

from typing import Final

SEEN: Final[dict[str, tuple[str, str, str]]] = {
    "nasal-cannula": ("15–30 s", "2–3 min", ""),
    "face-mask": ("15–30 s", "2–3 min", ""),
    "venturi": ("15–30 s", "2–3 min", ""),
    "non-rebreather": ("15–30 s", "2–3 min", ""),
    "high-flow": ("15–30 s", "2–3 min", ""),
    "sit-up": ("seconds", "1 min", ""),
    "airway-opening": ("seconds", "1 min", ""),
    "cpap": ("2 min", "20–60 min", ""),
    "salbutamol": ("5 min", "15–30 min", "4–6 h"),
    "ipratropium": ("15 min", "60–90 min", "6 h"),
    "steroid": ("4–6 h", "", ""),
    "magnesium": ("10 min", "20–30 min", "1–2 h"),
    "naloxone": ("1–2 min", "3–5 min", "30–90 min"),
    "leg-raise": ("30–60 s", "1 min", "5–10 min"),
    "crystalloid": ("5 min", "20 min", "60 min"),
    "blood": ("10 min", "20 min", ""),
    "noradrenaline": ("1–2 min", "5 min", "2–5 min after its end"),
    "metaraminol": ("1–2 min", "5 min", "20–60 min"),
    "adrenaline-im": ("3–5 min", "5–10 min", "20–40 min"),
    "gtn": ("1–3 min", "5 min", "5–10 min after its end"),
    "furosemide": ("5–30 min", "30–60 min", "2–6 h"),
    "metoprolol": ("5 min", "20 min", "3–5 h"),
    "amiodarone": ("20 min", "60 min", "hours"),
    "adenosine": ("10–30 s", "", "10–20 s"),
    "atropine": ("1–2 min", "3 min", "30–60 min"),
    "pacing": ("at once", "", ""),
    "cardioversion": ("at once", "", ""),
    "defibrillation": ("at once", "", ""),
    "thrombolysis": ("30 min", "2 h", ""),
    "decompression": ("seconds", "1–2 min", ""),
    "antibiotics": ("", "6–24 h", ""),
    "insulin": ("15–30 min", "1–2 h", ""),
    "glucose": ("2–5 min", "10 min", "30 min"),
    "glucagon": ("8–10 min", "20–30 min", "60 min"),
    "paracetamol": ("30 min", "1–2 h", "4–6 h"),
    "cooling": ("1 min", "", ""),
    "ice-bath": ("1 min", "", ""),
    "warming": ("10 min", "", ""),
    "mannitol": ("15 min", "30–60 min", "1–4 h"),
}
"""When it begins, peaks and is over; empty where the reference does not say."""
