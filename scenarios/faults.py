"""What can go wrong between body and screen, and where: the script's words for it."""

from dataclasses import dataclass
from typing import Final, Literal

DeviceName = Literal["patch", "oximeter", "cuff", "thermometer", "band"]
FaultKind = Literal["motion", "low-perfusion", "probe-off", "lead-off", "too-small", "silent", "flat-battery"]


@dataclass(frozen=True, slots=True)
class FaultSort:
    """A kind of fault: which devices it can befall, whether it is an artefact, and what one sees."""

    devices: tuple[DeviceName, ...]
    artefact: bool
    words: str


ANY: Final[tuple[DeviceName, ...]] = ("patch", "oximeter", "cuff", "thermometer", "band")

FAULTS: Final[dict[FaultKind, FaultSort]] = {
    "motion": FaultSort(
        ("oximeter", "patch", "cuff", "band"),
        artefact=True,
        words="Hand, chest or arm moves: numbers stray (a well patient's saturation reads about 83 %), the"
        " trace is ragged, the signal is marked poor; a cuff measures in vain.",
    ),
    "low-perfusion": FaultSort(
        ("oximeter",), artefact=True, words="A cold hand: a flat pulse wave, saturation and pulse doubtful."
    ),
    "probe-off": FaultSort(("oximeter",), artefact=False, words="The clip is off the finger: no saturation."),
    "lead-off": FaultSort(
        ("patch",), artefact=False, words="An electrode is off: a flat line, no heart rate."
    ),
    "too-small": FaultSort(
        ("cuff",), artefact=True, words="The cuff is too small for the arm and reads 10 mmHg high."
    ),
    "silent": FaultSort(
        ANY, artefact=False, words="The device drops off the network, and comes back when the fault ends."
    ),
    "flat-battery": FaultSort(
        ANY, artefact=False, words="The device says that its battery is flat, and goes; it starts anew later."
    ),
}
