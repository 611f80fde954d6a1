"""Rhythms as a table: what each does to beats, their shape and their pulse.

Rates come from the body (a script aims at ``hr``) within a rhythm's bounds. Bounds and pulses: clinical
reference 7.21 where ``source`` says so, irregularity of fibrillation 8.2 b; the rest is *heuristic*,
after the textbooks' definitions of each rhythm.
"""

from dataclasses import dataclass
from typing import Final, Literal

from devices.signals import kinds as k
from devices.signals.rhythms import programs as p
from devices.signals.rhythms.programs import Program, does

Track = Literal["", "fibrillation", "fibrillation-fine", "vf", "vf-coarse", "vf-fine"]
TRACKS: Final[tuple[Track, ...]] = ("", "fibrillation", "fibrillation-fine", "vf", "vf-coarse", "vf-fine")
LEAST, MOST = 0.0, 300.0


@dataclass(frozen=True, slots=True)
class Rhythm:
    """One rhythm.

    Without ``programs`` each discharge of the node is a beat of ``kind``; with them they say what is.
    ``bounds`` of the ventricles' rate (/min) hold the body's; while no script leads it, it is within
    ``usual``, the reference's, where a script may have more. The sinus node goes at ``atria`` (/min) or, 0,
    ``ratio`` times as fast as the ventricles, ``ratio_rises`` more for each /min above the least: so that in
    the end these go as the body wants. ``breathing`` is how much of the person's own variability
    stays; beyond 1 only what follows the breath grows. ``pulse`` is what arrives of every beat, 0 none;
    ``stroke`` is what the heart throws with it, a share of what it throws usually at that filling, where no
    illness says so (*heuristic*, set to systolic pressures of 7.21). ``track`` is drawn under the beats; with
    ``stopped`` there are none. ``fades`` says in how many seconds the track loses four fifths of its height.
    """

    label: str
    kind: int = k.SINUS
    programs: tuple[Program, ...] = ()
    bounds: tuple[float, float] = (LEAST, MOST)
    ratio: float = 1.0
    ratio_rises: float = 0.0
    atria: float = 0.0
    breathing: float = 1.0
    pulse: float = 1.0
    stroke: float = 1.0
    track: Track = ""
    fades: float = 0.0
    stopped: bool = False
    source: str = "heuristic"
    usual: tuple[float, float] = (LEAST, MOST)

    @property
    def rates(self) -> tuple[float, float]:
        """The rates at which it goes while no script leads them."""
        return max(self.bounds[0], self.usual[0]), min(self.bounds[1], self.usual[1])


_721: Final = "clinical reference 7.21"
_VF: Final = "clinical reference 7.21 (4 to 7 Hz, 1 to 0.2 mV in 10 min)"


def _sinus() -> dict[str, Rhythm]:
    return {
        "sinus": Rhythm("Sinus rhythm", source="clinical reference 8.1"),
        "sinus-bradycardia": Rhythm(
            "Sinus bradycardia", k.BRADY, bounds=(30, 50), source=_721, usual=(30, 42)
        ),
        "sinus-tachycardia": Rhythm("Sinus tachycardia", k.TACHY, bounds=(101, 180), breathing=0.5),
        "sinus-arrhythmia": Rhythm("Sinus arrhythmia", breathing=6.2),
        "sinus-arrest": Rhythm("Sinus arrest", programs=(does(p.ARRESTING),), bounds=(28, 54), ratio=1.375),
        "pac": Rhythm("Atrial ectopy", programs=(does(p.ATRIAL_ECTOPY),), ratio=0.955),
        "wpw": Rhythm("Pre-excitation (WPW)", k.WPW),
        "lbbb": Rhythm("Left bundle branch block", k.LBBB),
        "rbbb": Rhythm("Right bundle branch block", k.RBBB),
    }


def _atrial() -> dict[str, Rhythm]:
    af = "clinical reference 7.21 and 8.2 b"
    return {
        "af": Rhythm(
            "Atrial fibrillation", k.NARROW, (does(p.FIBRILLATING),), track="fibrillation", source=af
        ),
        "af-controlled": Rhythm(
            "Atrial fibrillation, controlled rate",
            k.SAGGING,
            (does(p.BRAKED),),
            (60, 99),
            track="fibrillation",
            source=af,
        ),
        "af-rapid": Rhythm(
            "Atrial fibrillation, rapid rate",
            k.RAPID,
            (does(p.RACING),),
            (110, 180),
            pulse=0.9,
            track="fibrillation-fine",
            source=af,
            stroke=0.8,
        ),
        "flutter": Rhythm(
            "Atrial flutter",
            k.NARROW,
            (does(p.FLUTTERING, 2),),
            (125, 170),
            breathing=0.0,
            source=_721,
            stroke=0.93,
            usual=(150, 150),
        ),
        "flutter-4-1": Rhythm(
            "Atrial flutter, 4:1", k.NARROW, (does(p.FLUTTERING, 4),), (63, 85), breathing=0.0, source=_721
        ),
        "flutter-variable": Rhythm(
            "Atrial flutter, variable block", k.NARROW, (does(p.FLUTTERING, 0),), (84, 113), breathing=0.0
        ),
        "svt": Rhythm(
            "Supraventricular tachycardia",
            k.REENTRY,
            bounds=(150, 220),
            breathing=0.0,
            pulse=0.8,
            source=_721,
            stroke=0.78,
            usual=(175, 220),
        ),
    }


def _nodal() -> dict[str, Rhythm]:
    return {
        "junctional": Rhythm("Junctional rhythm", k.RETROGRADE, bounds=(35, 60), breathing=0.15),
        "accelerated-junctional": Rhythm(
            "Accelerated junctional rhythm", k.HIGH_RETROGRADE, bounds=(61, 110), breathing=0.15
        ),
        "first-degree": Rhythm("First-degree AV block", programs=(does(p.SLOW_NODE, 0.27),)),
        "wenckebach": Rhythm(
            "Second-degree AV block, Wenckebach", programs=(does(p.WENCKEBACH),), bounds=(35, 80), ratio=4 / 3
        ),
        "mobitz-ii": Rhythm(
            "Second-degree AV block, Mobitz II",
            k.NARROW_RBBB,
            (does(p.MOBITZ),),
            (30, 65),
            ratio=4 / 3,
            source=_721,
        ),
        "two-to-one": Rhythm(
            "AV block 2:1", programs=(does(p.EVERY, 2),), bounds=(30, 50), ratio=2.0, source=_721
        ),
        "third-degree": Rhythm(
            "Third-degree AV block",
            k.NARROW,
            (does(p.ATRIA_ALONE), does(p.ESCAPE, k.NARROW, 0.02)),
            (35, 45),
            atria=82.0,
            source=_721,
        ),
        "third-degree-wide": Rhythm(
            "Third-degree AV block, ventricular escape",
            k.SLOW,
            (does(p.ATRIA_ALONE), does(p.ESCAPE, k.SLOW, 0.03)),
            (20, 40),
            atria=92.0,
            pulse=0.85,
            source=_721,
        ),
    }


def _extrasystoles() -> dict[str, Rhythm]:
    def one(
        label: str,
        chance: float = 0.0,
        *,
        each: int = 0,
        row: tuple[int, int] = (1, 1),
        foci: int = 1,
        ratio: float = 1.0,
    ) -> Rhythm:
        """Return extrasystoles after ``each`` so-many-th beat or by ``chance``, so many in a ``row``."""
        early = does(p.EARLY, chance, each, *row, foci)
        return Rhythm(label, programs=(early,), bounds=(LEAST, 130.0), ratio=ratio, source=_721)

    return {
        "pvc": one("Ventricular extrasystoles", 0.13),
        "pvc-multifocal": one("Ventricular extrasystoles, multifocal", 0.2, foci=3),
        "bigeminy": one("Bigeminy", each=1),
        "trigeminy": one("Trigeminy", each=2),
        "couplets": one("Ventricular couplets", 0.12, row=(2, 2), ratio=0.9),
        "nsvt": one("Runs of ventricular tachycardia", 0.06, row=(4, 9), ratio=0.845),
    }


def _ventricular() -> dict[str, Rhythm]:
    return {
        "idioventricular": Rhythm(
            "Idioventricular rhythm",
            k.SLOW,
            (does(p.ESCAPE, k.SLOW, 0.008),),
            (20, 40),
            pulse=0.6,
            stroke=0.8,
        ),
        "accelerated-idioventricular": Rhythm(
            "Accelerated idioventricular rhythm",
            k.ACCELERATED,
            (does(p.CAPTURING), does(p.YIELDING, k.ACCELERATED, 0.02)),
            (50, 110),
            atria=63.0,
            pulse=0.8,
        ),
        "vt": Rhythm(
            "Ventricular tachycardia",
            k.VT,
            (does(p.MEETING, k.VT_FUSION), does(p.YIELDING, k.VT, 0.008)),
            (130, 200),
            atria=78.0,
            pulse=0.5,
            source=_721,
            stroke=0.6,
            usual=(160, 200),
        ),
        "pulseless-vt": Rhythm(
            "Pulseless ventricular tachycardia",
            k.VT_FAST,
            (does(p.ESCAPE, k.VT_FAST, 0.008),),
            (180, 250),
            pulse=0.0,
            source=_721,
        ),
        "polymorphic-vt": Rhythm(
            "Polymorphic ventricular tachycardia",
            k.TWIST,
            (does(p.WANDERING),),
            (180, 240),
            pulse=0.2,
            stroke=0.4,
        ),
        "torsades": Rhythm(
            "Torsades de pointes",
            k.TWIST,
            (does(p.TWISTING),),
            (200, 250),
            pulse=0.15,
            source=_721,
            stroke=0.28,
        ),
        "vf": Rhythm(
            "Ventricular fibrillation", pulse=0.0, track="vf", fades=600.0, stopped=True, source=_VF
        ),
        "vf-coarse": Rhythm(
            "Coarse ventricular fibrillation", pulse=0.0, track="vf-coarse", stopped=True, source=_VF
        ),
        "vf-fine": Rhythm(
            "Fine ventricular fibrillation", pulse=0.0, track="vf-fine", stopped=True, source=_VF
        ),
        "asystole": Rhythm("Asystole", pulse=0.0, stopped=True, source=_721),
        "standstill": Rhythm(
            "Ventricular standstill", programs=(does(p.ATRIA_ALONE),), atria=70.0, pulse=0.0, stopped=True
        ),
        "agonal": Rhythm("Agonal rhythm", k.AGONAL, (does(p.DYING),), (8, 18), pulse=0.0),
        "pea": Rhythm("Pulseless electrical activity", breathing=0.2, pulse=0.0, source=_721),
        "cpr": Rhythm(
            "CPR artefact",
            k.COMPRESSION,
            (does(p.COMPRESSED),),
            (110, 110),
            track="vf-fine",
            pulse=0.3,
            stroke=0.3,
        ),
    }


def _paced() -> dict[str, Rhythm]:
    return {
        "paced-atrial": Rhythm("Atrial pacing", programs=(does(p.PACING_ATRIA),), bounds=(60, 90)),
        "paced-ventricular": Rhythm(
            "Ventricular pacing",
            k.PACED,
            (does(p.ATRIA_ALONE), does(p.PACING_VENTRICLES)),
            (40, 120),
            atria=76.0,
            pulse=0.9,
        ),
        "paced-dual": Rhythm("Dual-chamber pacing", k.PACED, (does(p.PACING_BOTH),), (60, 110), pulse=0.95),
        "paced-tracking": Rhythm(
            "Ventricular pacing that follows the atria", k.PACED, (does(p.TRACKING),), (60, 130), pulse=0.95
        ),
        "af-paced": Rhythm(
            "Atrial fibrillation, paced when slow",
            k.NARROW,
            (does(p.WATCHING),),
            (60, 200),
            track="fibrillation",
            source="clinical reference 7.21 and 8.2 b; the pacemaker heuristic",
        ),
        "failure-to-capture": Rhythm(
            "Pacing, failure to capture",
            k.PACED,
            (does(p.ATRIA_ALONE), does(p.UNCAPTURED)),
            (30, 40),
            atria=84.0,
            pulse=0.9,
        ),
        "failure-to-sense": Rhythm(
            "Pacing, failure to sense",
            programs=(does(p.OWN_BEATS), does(p.UNSENSING)),
            bounds=(80, 90),
            ratio=0.75,
            ratio_rises=0.024,
        ),
    }


def _blocked() -> dict[str, Rhythm]:
    return {
        "af-block": Rhythm(
            "Atrial fibrillation, complete AV block",
            k.NARROW,
            (does(p.ESCAPE, k.NARROW, 0.02),),
            (30, 50),
            track="fibrillation",
            source=_721,
        ),
        "paced-fibrillating": Rhythm(
            "Ventricular pacing, atria fibrillating",
            k.PACED,
            (does(p.PACING_VENTRICLES),),
            (40, 120),
            pulse=0.9,
            track="fibrillation",
        ),
        "af-uncaptured": Rhythm(
            "Pacing, failure to capture, atria fibrillating",
            k.PACED,
            (does(p.UNCAPTURED),),
            (30, 40),
            pulse=0.9,
            track="fibrillation",
        ),
    }


RHYTHMS: Final[dict[str, Rhythm]] = {
    **_sinus(), **_atrial(), **_nodal(), **_extrasystoles(), **_ventricular(), **_paced(), **_blocked(),
}  # fmt: skip
CONFIRMED_S: Final = 8
"""A monitor names a rhythm after so long (*heuristic*: alarms need 4 s, 2.4)."""
