"""What can go wrong between body and screen, and where: the script's words for it."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal, get_args

from pydantic import BeforeValidator, WithJsonSchema

DeviceName = Literal[
    "patch", "oximeter", "cuff", "thermometer", "band", "monitor", "wrist-oximeter", "capnometer", "cgm",
    "scale", "spirometer",
]  # fmt: skip
FaultKind = Literal[
    "motion", "low-perfusion", "cold-finger", "nail-polish", "ambient-light", "probe-off", "lead-off",
    "shivering", "mains-hum", "baseline-wander", "electrosurgery", "damped-line", "too-small", "same-arm",
    "swapped", "on-nobody", "frozen", "silent", "flat-battery", "out-of-range", "reboot", "lost-messages",
    "late-messages", "repeated-messages", "reordered-messages", "wrong-clock", "clock-drift",
]  # fmt: skip

ALIASES: Final[dict[str, FaultKind]] = {"cuff-too-small": "too-small", "cuff-on-same-arm": "same-arm"}
"""Plain words for kinds that say less where no device stands beside them."""


def plain(word: object) -> object:
    """Return the kind of fault that a word of a script or an instructor stands for."""
    return ALIASES.get(word, word) if isinstance(word, str) else word


FaultWord = Annotated[
    FaultKind,
    BeforeValidator(plain),
    WithJsonSchema({"type": "string", "enum": [*get_args(FaultKind), *ALIASES]}),
]
"""As a script says it."""


@dataclass(frozen=True, slots=True)
class FaultSort:
    """A kind of fault: which devices it can befall, whether it is an artefact, and what one sees.

    ``knows`` names the fields of a ``Fault`` that belong to it. One that takes a time of its own,
    ``takes_ms``, needs no ``lasts``.
    """

    devices: tuple[DeviceName, ...]
    artefact: bool
    words: str
    knows: tuple[str, ...] = ()
    takes_ms: int | None = None


ANY: Final[tuple[DeviceName, ...]] = (
    "patch", "oximeter", "cuff", "thermometer", "band", "monitor", "wrist-oximeter", "capnometer", "cgm",
    "scale", "spirometer",
)  # fmt: skip
HEART: Final[tuple[DeviceName, ...]] = ("patch", "monitor")
FINGER: Final[tuple[DeviceName, ...]] = ("oximeter", "monitor")
PULSE: Final[tuple[DeviceName, ...]] = ("oximeter", "wrist-oximeter", "monitor")
WITH_OWN: Final[tuple[DeviceName, ...]] = ("patch", "oximeter")
"""Of these a bedside monitor has its own."""
OWN: Final = ("cadence_bpm", "mains_hz", "share", "delay", "ahead_min", "ppm", "other_bed")
"""Fields of a ``Fault`` that only some kinds know."""

FAULTS: Final[dict[FaultKind, FaultSort]] = {
    "motion": FaultSort(
        ("oximeter", "patch", "cuff", "band", "monitor", "wrist-oximeter"),
        artefact=True,
        words="Hand, chest or arm moves: numbers stray (a well patient's saturation reads about 83 %), the"
        " trace is ragged, the signal is marked poor; a cuff measures in vain.",
        knows=("cadence_bpm",),
    ),
    "low-perfusion": FaultSort(
        PULSE,
        artefact=True,
        words="Hardly any blood in the hand: a flat pulse wave, saturation and pulse doubtful.",
    ),
    "cold-finger": FaultSort(
        PULSE,
        artefact=True,
        words="A cold finger: a small pulse wave, and saturation shows 20 s later than else what is true.",
    ),
    "nail-polish": FaultSort(
        FINGER,
        artefact=True,
        words="Dark nail polish: saturation reads 4 points low and says nothing of it.",
    ),
    "ambient-light": FaultSort(
        PULSE,
        artefact=True,
        words="Sun or a lamp on the sensor: a small, flickering pulse wave, saturation pulled half the way to"
        " 85 %, all marked.",
    ),
    "probe-off": FaultSort(PULSE, artefact=False, words="The clip is off the finger: no saturation."),
    "lead-off": FaultSort(HEART, artefact=False, words="An electrode is off: a flat line, no heart rate."),
    "shivering": FaultSort(
        HEART,
        artefact=True,
        words="Muscles tremble: a furred ECG, some bursts counted for beats, the rate doubtful; an"
        " oximeter on the hand counts some for pulses, and is doubtful as well.",
    ),
    "mains-hum": FaultSort(
        HEART,
        artefact=True,
        words="The mains hum on the ECG: a thick trace, marked; the rate stays right.",
        knows=("mains_hz",),
    ),
    "baseline-wander": FaultSort(
        HEART,
        artefact=True,
        words="A loose electrode: the ECG rolls, breaths are missed and their rate is doubtful.",
    ),
    "electrosurgery": FaultSort(
        HEART, artefact=True, words="Diathermy: the ECG is all noise while it lasts, no rates."
    ),
    "damped-line": FaultSort(
        ("monitor",),
        artefact=True,
        words="A clot or a bubble in the arterial line: systolic low, diastolic high, the mean right.",
    ),
    "too-small": FaultSort(
        ("cuff",), artefact=True, words="The cuff is too small for the arm and reads 10 mmHg high."
    ),
    "same-arm": FaultSort(
        ("cuff",),
        artefact=True,
        words="The cuff sits on the oximeter's arm: each time it measures, pulse wave, saturation and pulse"
        " rate are gone for half a minute and more.",
    ),
    "swapped": FaultSort(
        ANY,
        artefact=False,
        words="Two patients wear each other's device (`other_bed` names the second): every value is right,"
        " of the wrong one.",
        knows=("other_bed",),
    ),
    "on-nobody": FaultSort(
        ANY,
        artefact=False,
        words="The device lies on the table: no lead, no finger, no reading; a thermometer shows the room's"
        " temperature, an arterial line and a capnogram are flat.",
    ),
    "frozen": FaultSort(
        ANY,
        artefact=False,
        words="Firmware that says its last values again and again, as valid as ever; traces go on.",
    ),
    "silent": FaultSort(
        ANY, artefact=False, words="The device drops off the network, and comes back when the fault ends."
    ),
    "flat-battery": FaultSort(
        ANY, artefact=False, words="The device says that its battery is flat, and goes; it starts anew later."
    ),
    "out-of-range": FaultSort(
        ANY,
        artefact=False,
        words="The device is off the network, measures on, and sends what it kept, in order and with its own"
        " times, when it is back.",
    ),
    "reboot": FaultSort(
        ANY,
        artefact=False,
        words="The device starts anew: gone for 15 s (or `lasts`), then another boot, numbers from zero, and"
        " no values until its averages are full.",
        takes_ms=15_000,
    ),
    "lost-messages": FaultSort(
        ANY, artefact=False, words="A `share` of its messages is lost on the way.", knows=("share",)
    ),
    "late-messages": FaultSort(
        ANY,
        artefact=False,
        words="Its messages come `delay` (20 s) late; with a `share`, only some.",
        knows=("share", "delay"),
    ),
    "repeated-messages": FaultSort(
        ANY,
        artefact=False,
        words="A `share` of its messages comes a second time, `delay` (2 s) later.",
        knows=("share", "delay"),
    ),
    "reordered-messages": FaultSort(
        ANY,
        artefact=False,
        words="A `share` of its messages is overtaken by later ones, up to `delay` (5 s).",
        knows=("share", "delay"),
    ),
    "wrong-clock": FaultSort(
        ANY,
        artefact=False,
        words="Its clock is ahead by `ahead_min` (60; less than 0 is behind), and so are the times it says.",
        knows=("ahead_min",),
    ),
    "clock-drift": FaultSort(
        ANY,
        artefact=False,
        words="Its clock gains `ppm` (50) millionths; set right when the fault ends.",
        knows=("ppm",),
    ),
}
