"""What a pulse oximeter makes of the blood's saturation: late, averaged, wrong by so much, and doubtful."""

from math import exp
from typing import Final

from devices.arrays import Bools, Floats, Ints
from devices.kernels import kernel
from devices.signals.artefacts import LIGHT, SHIVERING
from devices.signals.trains import FULL_PULSE_PERCENT
from devices.wearables.detector import HEIGHT, SILENCE
from devices.wearables.wearable import INVALID, QUESTIONABLE, VALID

NOISE_MEMORY_S: Final = 40.0
NOISE_KEEP: Final = exp(-1.0 / NOISE_MEMORY_S)
NOISE_KICK: Final = (1.0 - NOISE_KEEP**2) ** 0.5
"""How an error walks (reference 3.4: 30 to 60 s)."""
SURE, SPREADS, DEEPEST = 80.0, 4.2, 50.0
"""Below 80 % the error is once more as large with each 4.2 points, down to 50 % (*heuristic*): accuracy is
stated for 70 to 100 % (reference 3.4), and from 60 to 70 % oximeters deviated by 3.2 (Bickler 2005,
Anesthesiology 102:715), four and a half times as much as ours above."""
WELL, OVER, OVER_GROWS = 97.0, 1.0, 2.2 / 32.0
"""In dark skin 1 to 3 points are read too many (reference 3.4), growing with desaturation to 3.2 at 65 %
(Bickler 2005); of a well saturation one (*heuristic*)."""
WEAK, WEAKEST = 0.3, 0.1
"""Perfusion index (%) below which a value is questionable, and invalid (reference 3.4)."""
MOTION_SPO2: Final = 83.0
MOTION_KEEP: Final = exp(-1.0 / 7.0)
"""Movement pulls saturation towards where red and infrared swing alike (reference 3.4: about 85)."""
STILL_PULLED: Final = 0.2
NO_PULL: Final = 1e-6
"""What is left of the pull below this is nothing."""
MOST_PERCENT: Final = 20.0
"""No larger index is shown (reference 3.1)."""
NO_PULSE_S: Final = 10.0
"""After so long without a pulse there is no value, until as many seconds with one as it averages are over:
so long it looks for it (both *heuristic*; a cuff on its arm costs 30 to 45 s in all, reference 3.4)."""
REMEMBERED_S: Final = 96
"""For so long saturation is remembered: the longest lag and average."""
LIGHT_SPO2: Final = 85.0
LIGHT_PULLS: Final = 0.5
"""Strong light pulls saturation half the way to where red and infrared swing alike (85 %, reference 3.4), up
or down (*heuristic*)."""
SHIVERING_PULLS: Final = 0.2
"""Shivering pulls as movement does, by so much (*heuristic*)."""
OFF, PULSELESS, TOO_FAINT, MOVING, SHAKING, DAZZLED, FAINT = range(1, 8)
DOUBTS: Final = (
    (VALID, None), (INVALID, "probe-off"), (INVALID, "no-pulse"), (INVALID, "low-perfusion"),
    (QUESTIONABLE, "motion"), (QUESTIONABLE, SHIVERING), (QUESTIONABLE, LIGHT),
    (QUESTIONABLE, "low-perfusion"),
)  # fmt: skip
"""Why a value is not to be trusted; of several reasons the first holds."""
WALK, PULL, SEARCH, BIAS, SHIFT, MOVED, AWAY, LIT_UP, SHAKEN, BEHIND, DOUBT, OF_INDEX = range(12)
ROWS: Final = OF_INDEX + 1
"""Rows of a device's state: how far the error has walked, how far movement pulls, how long it looks for a
pulse (s); its own error, how far nail polish pulls, whether there is movement, no finger, strong light, how
much it shivers, how far behind it is (s); and which of ``DOUBTS`` hold of saturation and rate, and of the
index."""
SATURATION, INDEX = range(2)
"""Rows of what is shown."""


@kernel
def seen_of(right: float, error: float, pigment: float, shift: float) -> float:
    """Return what is read of the saturation ``right`` (%) with an ``error`` as it is when well."""
    spread = 1.0 + (SURE - max(right, DEEPEST)) / SPREADS if right < SURE else 1.0
    over = pigment * (OVER + OVER_GROWS * max(WELL - right, 0.0))
    return right + spread * error + over + shift


@kernel
def doubt_of(
    away: float, search: float, moved: float, pull: float, shaken: float, lit: float, index: float
) -> int:
    """Return which of ``DOUBTS`` holds of a reading at this perfusion index."""
    if away > 0.0:
        return OFF
    if search > 0.0:
        return PULSELESS
    if moved > 0.0 or (pull > STILL_PULLED and shaken <= 0.0):
        return MOVING
    if shaken > 0.0:
        return SHAKING
    if lit > 0.0:
        return DAZZLED
    return FAINT if index < WEAK else 0


@kernel
def saturate(  # noqa: PLR0913, PLR0917 -- arrays
    now_s: int,
    on: Bools,
    window: int,
    kick: float,
    truth: Floats,
    pigment: Floats,
    whom: Ints,
    past: Floats,
    noise: Floats,
    turn: int,
    state: Floats,
    pulses: Floats,
    shown: Floats,
) -> int:
    """Write what is ``shown`` ``[2, N]`` ``on`` some beds; return on how many other doubts hold than before.

    Saturation is the ``truth`` of ``whom`` a while ago, averaged over ``window`` seconds of the ``past``,
    with error, read high through ``pigment``, pulled by polish, light and movement. ``noise`` is
    ``[N, turns]``, ``state`` ``[ROWS, N]`` the devices' own, ``pulses`` ``[3, N]`` what their detectors say.
    """
    changed, at = 0, now_s % REMEMBERED_S
    for i in range(whom.size):
        if not on[i]:
            continue
        past[at, i] = truth[int(whom[i])]
        place, total = (now_s - int(state[BEHIND, i])) % REMEMBERED_S, 0.0
        for _ in range(window):
            total += float(past[place, i])
            place = place - 1 if place > 0 else REMEMBERED_S - 1
        walk = NOISE_KEEP * float(state[WALK, i]) + kick * float(noise[i, turn])
        pull, moved, shaken = float(state[PULL, i]), float(state[MOVED, i]), float(state[SHAKEN, i])
        pulls = max(moved, SHIVERING_PULLS * shaken)
        if pull > 0.0 or pulls > 0.0:
            pull = pulls + (pull - pulls) * MOTION_KEEP
            if pull < NO_PULL:
                pull = 0.0
        state[WALK, i], state[PULL, i] = walk, pull
        unseen = float(state[AWAY, i]) > 0.0 or float(pulses[SILENCE, i]) > NO_PULSE_S
        search = float(window) if unseen else max(float(state[SEARCH, i]) - 1.0, 0.0)
        state[SEARCH, i] = search
        lit, error = float(state[LIT_UP, i]), float(state[BIAS, i]) + walk
        seen = seen_of(total / window, error, float(pigment[int(whom[i])]), float(state[SHIFT, i]))
        seen += lit * LIGHT_PULLS * (LIGHT_SPO2 - seen)
        seen += pull * min(MOTION_SPO2 - seen, 0.0)
        index = min(float(pulses[HEIGHT, i]) * FULL_PULSE_PERCENT, MOST_PERCENT)
        shown[SATURATION, i], shown[INDEX, i] = min(max(seen, 0.0), 100.0), index
        doubt = doubt_of(float(state[AWAY, i]), search, moved, pull, shaken, lit, index)
        of_index = doubt
        if index < WEAKEST and moved <= 0.0 and (doubt == 0 or doubt > PULSELESS):
            doubt = TOO_FAINT
        if doubt != int(state[DOUBT, i]) or of_index != int(state[OF_INDEX, i]):
            state[DOUBT, i], state[OF_INDEX, i] = doubt, of_index
            changed += 1
    return changed
