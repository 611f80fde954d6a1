"""Streaming detectors: samples in, block by block; beats, pulses and breaths out.

Each detector is pure (no clock, file or socket), takes blocks of any length, and gives the same
answer however a signal is cut into blocks: filters run on whole numbers, so that no rounding
depends on where a block ends, and decisions fall at sample positions, not at block ends.

Sources stand in each module; accuracy in ``docs/explanation/detectors.md``.
"""

from devices.signals.detect.breath import Breath, BreathDetector
from devices.signals.detect.pulse import Pulse, PulseDetector
from devices.signals.detect.qrs import Beat, QrsDetector
from devices.signals.detect.rate import BREATHS, HEART, PULSE, Averaging, RateMeter

__all__ = [
    "BREATHS",
    "HEART",
    "PULSE",
    "Averaging",
    "Beat",
    "Breath",
    "BreathDetector",
    "Pulse",
    "PulseDetector",
    "QrsDetector",
    "RateMeter",
]
