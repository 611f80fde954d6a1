"""What can go wrong between body and screen, and where: the script's words for it."""

from dataclasses import dataclass
from typing import Final, Literal

DeviceName = Literal["patch", "oximeter", "cuff", "thermometer", "band"]
FaultKind = Literal["motion", "low-perfusion", "probe-off", "lead-off", "silent", "flat-battery"]


@dataclass(frozen=True, slots=True)
class FaultSort:
    """A kind of fault: which devices it can befall, whether it is an artefact, and what one sees."""

    devices: tuple[DeviceName, ...]
    artefact: bool
    words: str
    level: str = ""


ANY: Final[tuple[DeviceName, ...]] = ("patch", "oximeter", "cuff", "thermometer", "band")

FAULTS: Final[dict[FaultKind, FaultSort]] = {
    "motion": FaultSort(
        ("oximeter", "patch"),
        artefact=True,
        words="The hand or chest moves: numbers stray, the trace is ragged, the signal is marked poor.",
    ),
    "low-perfusion": FaultSort(
        ("oximeter",), artefact=True, words="A cold hand: a flat pulse wave, a doubtful saturation."
    ),
    "probe-off": FaultSort(
        ("oximeter",), artefact=False, words="The probe is off the finger: no saturation."
    ),
    "lead-off": FaultSort(
        ("patch",), artefact=False, words="An electrode is off: a flat line, no heart rate."
    ),
    "silent": FaultSort(ANY, artefact=False, words="The device drops off the network and comes back."),
    "flat-battery": FaultSort(ANY, artefact=False, words="The battery is empty: the device goes off."),
}
