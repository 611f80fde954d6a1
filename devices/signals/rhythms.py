"""Rhythms as a table: what each does to beats, their shape and their pulse.

Rates come from the body (a script aims at ``hr``); a rhythm says how regular they are, which beats
come early, whether atria and ventricles agree, and what of a beat reaches the finger. Irregularity of
fibrillation: clinical reference 8.2 b; the rest are teaching defaults (7.21), else *heuristic*.
"""

from dataclasses import dataclass
from typing import Final, Literal

SINUS, NARROW, WIDE = 0, 1, 2
"""Kinds of beat: with a P wave before it, without, and from a ventricle."""
Track = Literal["", "fibrillation", "flutter", "vf", "vf-fine"]
TRACKS: Final[tuple[Track, ...]] = ("", "fibrillation", "flutter", "vf", "vf-fine")


@dataclass(frozen=True, slots=True)
class Rhythm:
    """One rhythm.

    ``spread`` is the variation coefficient of RR added beat by beat, ``breathing`` how much of the
    person's own variability stays. Of every ``early_every`` beats one comes early from a ventricle, or
    by ``early_chance``. ``pulse`` is what arrives of every beat, 0 none. ``track`` is drawn under the
    beats; with ``stopped`` there are none.
    """

    label: str
    kind: int = SINUS
    spread: float = 0.0
    breathing: float = 1.0
    early_every: int = 0
    early_chance: float = 0.0
    pulse: float = 1.0
    track: Track = ""
    stopped: bool = False


RHYTHMS: Final[dict[str, Rhythm]] = {
    "sinus": Rhythm("Sinus rhythm"),
    "af": Rhythm("Atrial fibrillation", NARROW, spread=0.22, breathing=0.0, track="fibrillation"),
    "flutter": Rhythm("Atrial flutter", NARROW, breathing=0.0, track="flutter"),
    "svt": Rhythm("Supraventricular tachycardia", NARROW, breathing=0.0, pulse=0.8),
    "junctional": Rhythm("Junctional rhythm", NARROW, breathing=0.15),
    "pvc": Rhythm("Ventricular extrasystoles", early_chance=0.12),
    "bigeminy": Rhythm("Bigeminy", early_every=2),
    "trigeminy": Rhythm("Trigeminy", early_every=3),
    "idioventricular": Rhythm("Idioventricular rhythm", WIDE, breathing=0.0, pulse=0.6),
    "vt": Rhythm("Ventricular tachycardia", WIDE, spread=0.01, breathing=0.0, pulse=0.5),
    "pulseless-vt": Rhythm("Pulseless ventricular tachycardia", WIDE, breathing=0.0, pulse=0.0),
    "vf": Rhythm("Ventricular fibrillation", pulse=0.0, track="vf", stopped=True),
    "vf-fine": Rhythm("Fine ventricular fibrillation", pulse=0.0, track="vf-fine", stopped=True),
    "asystole": Rhythm("Asystole", pulse=0.0, stopped=True),
    "pea": Rhythm("Pulseless electrical activity", breathing=0.2, pulse=0.0),
}
EARLY: Final = 0.36
"""By this share of RR an extrasystole comes early; the pause after it makes up for it (*heuristic*)."""
EARLY_PULSE: Final = 0.6
"""What arrives of an early beat, beside its poor filling (*heuristic*)."""
MOST_SPREAD: Final = 0.32
"""No beat is moved by more than this share of RR, so that their order stays."""
CONFIRMED_S: Final = 8
"""A monitor names a rhythm after so long (*heuristic*: alarms need 4 s, 2.4)."""
