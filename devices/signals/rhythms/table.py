"""Rhythms as a table: what each does to beats, their shape and their pulse.

Rates come from the body (a script aims at ``hr``) within a rhythm's bounds. Bounds and pulses: clinical
reference 7.21 where ``source`` says so, irregularity of fibrillation 8.2 b; the rest is *heuristic*,
after the textbooks' definitions of each rhythm.
"""

from dataclasses import dataclass
from typing import Final, Literal

from devices.signals import kinds as k
from devices.signals.rhythms import conduction as c
from devices.signals.rhythms import ectopy as e
from devices.signals.rhythms import pacing
from devices.signals.rhythms.heart import Programming

Track = Literal["", "fibrillation", "fibrillation-fine", "vf", "vf-coarse", "vf-fine"]
TRACKS: Final[tuple[Track, ...]] = ("", "fibrillation", "fibrillation-fine", "vf", "vf-coarse", "vf-fine")
LEAST, MOST = 0.0, 300.0


@dataclass(frozen=True, slots=True)
class Rhythm:
    """One rhythm.

    Without ``programs`` each discharge of the node is a beat of ``kind``; with them they say what is.
    ``bounds`` of the ventricles' rate (/min) hold the body's; while no script leads it, it is within
    ``usual``, the reference's, where a script may have more. The sinus node goes at ``atria`` (/min) or, 0,
    ``ratio`` times as fast as the ventricles. ``breathing`` is how much of the person's own variability
    stays; beyond 1 only what follows the breath grows. ``pulse`` is what arrives of every beat, 0 none;
    ``stroke`` is what the heart throws with it, a share of what it throws usually at that filling, where no
    illness says so (*heuristic*, set to systolic pressures of 7.21). ``track`` is drawn under the beats; with
    ``stopped`` there are none. ``fades`` says in how many seconds the track loses four fifths of its height.
    """

    label: str
    kind: int = k.SINUS
    programs: tuple[Programming, ...] = ()
    bounds: tuple[float, float] = (LEAST, MOST)
    ratio: float = 1.0
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
        "sinus-arrest": Rhythm("Sinus arrest", programs=(c.arresting,), bounds=(28, 54), ratio=1.4),
        "pac": Rhythm("Atrial ectopy", programs=(c.atrial_ectopy,)),
        "wpw": Rhythm("Pre-excitation (WPW)", k.WPW),
        "lbbb": Rhythm("Left bundle branch block", k.LBBB),
        "rbbb": Rhythm("Right bundle branch block", k.RBBB),
    }


def _atrial() -> dict[str, Rhythm]:
    af = "clinical reference 7.21 and 8.2 b"
    return {
        "af": Rhythm("Atrial fibrillation", k.NARROW, (c.fibrillating,), track="fibrillation", source=af),
        "af-controlled": Rhythm(
            "Atrial fibrillation, controlled rate",
            k.SAGGING,
            (c.braked,),
            (60, 99),
            track="fibrillation",
            source=af,
        ),
        "af-rapid": Rhythm(
            "Atrial fibrillation, rapid rate",
            k.RAPID,
            (c.racing,),
            (110, 180),
            pulse=0.9,
            track="fibrillation-fine",
            source=af,
            stroke=0.8,
        ),
        "flutter": Rhythm(
            "Atrial flutter",
            k.NARROW,
            (c.fluttering(2),),
            (125, 170),
            breathing=0.0,
            source=_721,
            stroke=0.93,
            usual=(150, 150),
        ),
        "flutter-4-1": Rhythm(
            "Atrial flutter, 4:1", k.NARROW, (c.fluttering(4),), (63, 85), breathing=0.0, source=_721
        ),
        "flutter-variable": Rhythm(
            "Atrial flutter, variable block", k.NARROW, (c.fluttering(0),), (84, 113), breathing=0.0
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
        "first-degree": Rhythm("First-degree AV block", programs=(c.slow_node(0.27),)),
        "wenckebach": Rhythm(
            "Second-degree AV block, Wenckebach", programs=(c.wenckebach,), bounds=(35, 80), ratio=4 / 3
        ),
        "mobitz-ii": Rhythm(
            "Second-degree AV block, Mobitz II",
            k.NARROW_RBBB,
            (c.mobitz,),
            (30, 65),
            ratio=4 / 3,
            source=_721,
        ),
        "two-to-one": Rhythm("AV block 2:1", programs=(c.every(2),), bounds=(30, 50), ratio=2.0, source=_721),
        "third-degree": Rhythm(
            "Third-degree AV block",
            k.NARROW,
            (c.atria_alone, c.escape(k.NARROW)),
            (35, 45),
            atria=82.0,
            source=_721,
        ),
        "third-degree-wide": Rhythm(
            "Third-degree AV block, ventricular escape",
            k.SLOW,
            (c.atria_alone, c.escape(k.SLOW, 0.03)),
            (20, 40),
            atria=92.0,
            pulse=0.85,
            source=_721,
        ),
    }


def _extrasystoles() -> dict[str, Rhythm]:
    def one(label: str, plan: e.Planning, ratio: float = 1.0) -> Rhythm:
        return Rhythm(label, programs=(e.early(plan),), bounds=(LEAST, 130.0), ratio=ratio, source=_721)

    return {
        "pvc": one("Ventricular extrasystoles", e.Planning(0.13)),
        "pvc-multifocal": one("Ventricular extrasystoles, multifocal", e.Planning(0.2, foci=3)),
        "bigeminy": one("Bigeminy", e.Planning(each=1)),
        "trigeminy": one("Trigeminy", e.Planning(each=2)),
        "couplets": one("Ventricular couplets", e.Planning(0.12, length=(2, 2)), 0.87),
        "nsvt": one("Runs of ventricular tachycardia", e.Planning(0.06, length=(4, 9)), 0.88),
    }


def _ventricular() -> dict[str, Rhythm]:
    return {
        "idioventricular": Rhythm(
            "Idioventricular rhythm", k.SLOW, (e.tachycardia(k.SLOW),), (20, 40), pulse=0.6, stroke=0.8
        ),
        "accelerated-idioventricular": Rhythm(
            "Accelerated idioventricular rhythm",
            k.ACCELERATED,
            (c.capturing, c.yielding(k.ACCELERATED)),
            (50, 110),
            atria=63.0,
            pulse=0.8,
        ),
        "vt": Rhythm(
            "Ventricular tachycardia",
            k.VT,
            (c.meeting(k.VT_FUSION), c.yielding(k.VT, 0.008)),
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
            (e.tachycardia(k.VT_FAST),),
            (180, 250),
            pulse=0.0,
            source=_721,
        ),
        "polymorphic-vt": Rhythm(
            "Polymorphic ventricular tachycardia", k.TWIST, (e.wandering,), (180, 240), pulse=0.2, stroke=0.4
        ),
        "torsades": Rhythm(
            "Torsades de pointes", k.TWIST, (e.twisting,), (200, 250), pulse=0.15, source=_721, stroke=0.28
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
            "Ventricular standstill", programs=(c.atria_alone,), atria=70.0, pulse=0.0, stopped=True
        ),
        "agonal": Rhythm("Agonal rhythm", k.AGONAL, (e.dying,), (8, 18), pulse=0.0),
        "pea": Rhythm("Pulseless electrical activity", breathing=0.2, pulse=0.0, source=_721),
        "cpr": Rhythm(
            "CPR artefact", k.COMPRESSION, (e.compressed,), (110, 110), track="vf-fine", pulse=0.3, stroke=0.3
        ),
    }


def _paced() -> dict[str, Rhythm]:
    return {
        "paced-atrial": Rhythm("Atrial pacing", programs=(pacing.atrial,), bounds=(60, 90)),
        "paced-ventricular": Rhythm(
            "Ventricular pacing",
            k.PACED,
            (c.atria_alone, pacing.ventricular),
            (40, 120),
            atria=76.0,
            pulse=0.9,
        ),
        "paced-dual": Rhythm("Dual-chamber pacing", k.PACED, (pacing.dual,), (60, 110), pulse=0.95),
        "paced-tracking": Rhythm(
            "Ventricular pacing that follows the atria", k.PACED, (pacing.tracking,), (60, 130), pulse=0.95
        ),
        "af-paced": Rhythm(
            "Atrial fibrillation, paced when slow",
            k.NARROW,
            (pacing.watching,),
            (60, 200),
            track="fibrillation",
            source="clinical reference 7.21 and 8.2 b; the pacemaker heuristic",
        ),
        "failure-to-capture": Rhythm(
            "Pacing, failure to capture",
            k.PACED,
            (c.atria_alone, pacing.uncaptured),
            (30, 40),
            atria=84.0,
            pulse=0.9,
        ),
        "failure-to-sense": Rhythm(
            "Pacing, failure to sense",
            programs=(pacing.own_beats, pacing.unsensing),
            bounds=(78, 100),
            ratio=0.8,
        ),
    }


def _blocked() -> dict[str, Rhythm]:
    return {
        "af-block": Rhythm(
            "Atrial fibrillation, complete AV block",
            k.NARROW,
            (c.escape(k.NARROW),),
            (30, 50),
            track="fibrillation",
            source=_721,
        ),
        "paced-fibrillating": Rhythm(
            "Ventricular pacing, atria fibrillating",
            k.PACED,
            (pacing.ventricular,),
            (40, 120),
            pulse=0.9,
            track="fibrillation",
        ),
        "af-uncaptured": Rhythm(
            "Pacing, failure to capture, atria fibrillating",
            k.PACED,
            (pacing.uncaptured,),
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
