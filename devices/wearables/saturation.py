"""What a pulse oximeter makes of the blood's saturation: late, averaged, wrong by so much, and doubtful."""

from math import exp
from typing import Final

from devices.arrays import Bools, Floats, Ints
from devices.kernels import kernel
from devices.signals.artefacts import LIGHT, SHIVERING
from devices.signals.trains import FULL_PULSE_PERCENT
from devices.wearables import detector
from devices.wearables.detector import HEIGHT, LAST_S, Sight
from devices.wearables.measured import INVALID, QUESTIONABLE, VALID

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
SHAKES_BPM, STEADY = 45.0, 2.2
"""So many bursts of shivering a minute are counted for pulses where there is hardly any pulse, fewer the
larger its index is, none from the second (%): as a detector on the streamed trace has it (tests)."""
WALK, PULL, SEARCH, BIAS, SHIFT, MOVED, AWAY, LIT_UP, SHAKEN, BEHIND, DOUBT, OF_INDEX = range(12)
LEFT, FALSE_HZ, MISSED = range(OF_INDEX + 1, OF_INDEX + 4)
STATE: Final = MISSED + 1
"""What a device keeps of each bed: how far the error has walked, how far movement pulls, how long it looks
for a pulse (s); its own error, how far nail polish pulls, whether there is movement, no finger, strong light,
how much it shivers, how far behind it is (s); which of ``DOUBTS`` hold of saturation and rate, and of the
index; how much of the pulse faults leave, how often a second movement looks like one, and whether this
second's are lost in it."""
SATURATION, INDEX, PULSES = range(3)
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
def shaken_hz(shaken: float, index: float) -> float:
    """Return how often a second shivering looks like a pulse, at this perfusion index."""
    share = min(max(1.0 - index / STEADY, 0.0), 1.0)
    return SHAKES_BPM / 60.0 * share * shaken


@kernel
def watch(now_s: int, own: Floats, whom: int, index: float, missed: float, pulses: Sight, i: int) -> float:
    """Let bed ``i`` see a second of a patient's pulses at this index; return the rate per minute."""
    left, shaken, false_hz = float(own[LEFT]), float(own[SHAKEN]), float(own[FALSE_HZ])
    if shaken > 0.0 and left > 0.0:
        false_hz = max(false_hz, shaken_hz(shaken, index * left * pulses[0][2]))
    if missed > 0.0:
        left = 0.0
    return detector.see(now_s, pulses, whom, left, false_hz, i)


@kernel
def average(past: Floats, newest: int, window: int) -> float:
    """Return the mean of the last ``window`` seconds of a ring ``[REMEMBERED_S]``."""
    place, total = newest % REMEMBERED_S, 0.0
    for _ in range(window):
        total += float(past[place])
        place = place - 1 if place > 0 else REMEMBERED_S - 1
    return total / window


@kernel
def read(own: Floats, noise: float, right: float, pigment: float) -> float:
    """Return what a sensor makes of the saturation ``right`` (%), and let its error walk a second on."""
    walk = NOISE_KEEP * float(own[WALK]) + noise
    pull, pulls = float(own[PULL]), max(float(own[MOVED]), SHIVERING_PULLS * float(own[SHAKEN]))
    if pull > 0.0 or pulls > 0.0:
        pull = pulls + (pull - pulls) * MOTION_KEEP
        if pull < NO_PULL:
            pull = 0.0
    own[WALK], own[PULL] = walk, pull
    seen = seen_of(right, float(own[BIAS]) + walk, pigment, float(own[SHIFT]))
    seen += float(own[LIT_UP]) * LIGHT_PULLS * (LIGHT_SPO2 - seen)
    seen += pull * min(MOTION_SPO2 - seen, 0.0)
    return min(max(seen, 0.0), 100.0)


@kernel
def judge(own: Floats, silent_s: float, window: int, index: float) -> bool:
    """Doubt a reading at this perfusion index, ``silent_s`` after the last pulse; say if it is news."""
    away, moved = float(own[AWAY]), float(own[MOVED])
    unseen = away > 0.0 or silent_s > NO_PULSE_S
    search = float(window) if unseen else max(float(own[SEARCH]) - 1.0, 0.0)
    own[SEARCH] = search
    of_index = doubt_of(away, search, moved, float(own[PULL]), float(own[SHAKEN]), float(own[LIT_UP]), index)
    doubt = of_index
    if index < WEAKEST and moved <= 0.0 and (doubt == 0 or doubt > PULSELESS):
        doubt = TOO_FAINT
    if doubt == int(own[DOUBT]) and of_index == int(own[OF_INDEX]):
        return False
    own[DOUBT], own[OF_INDEX] = doubt, of_index
    return True


@kernel
def saturate(  # noqa: PLR0913, PLR0917 -- arrays
    now_s: int,
    beds: Ints,
    window: int,
    kick: float,
    truth: Floats,
    indices: Floats,
    pigment: Floats,
    whom: Ints,
    shut: Bools,
    past: Floats,
    noise: Floats,
    turn: int,
    state: Floats,
    pulses: Sight,
    news: Ints,
    shown: Floats,
) -> int:
    """Write what is ``shown`` ``[3, N]`` on ``beds``; return where other doubts hold: so many of ``news``.

    Saturation is the ``truth`` of ``whom`` a while ago, averaged over ``window`` seconds of the ``past``
    ``[N, REMEMBERED_S]``, with error, read high through ``pigment``, pulled by polish, light and movement.
    Perfusion ``indices`` and arms that are ``shut`` are of patients ``[N]``; ``noise`` is ``[N, turns]``,
    ``state`` ``[N, STATE]`` the devices' own.
    """
    changed, at, kept = 0, now_s % REMEMBERED_S, pulses[5]
    for k in range(beds.size):
        i = int(beds[k])
        w, own, mine = int(whom[i]), state[i], past[i]
        missed = 1.0 if shut[w] else float(own[MISSED])
        rate = watch(now_s, own, w, float(indices[w]), missed, pulses, i)
        mine[at] = truth[w]
        right = average(mine, now_s - int(own[BEHIND]), window)
        index = min(float(kept[i, HEIGHT]) * FULL_PULSE_PERCENT, MOST_PERCENT)
        shown[SATURATION, i] = read(own, kick * float(noise[i, turn]), right, float(pigment[w]))
        shown[INDEX, i], shown[PULSES, i] = index, rate
        if judge(own, now_s - float(kept[i, LAST_S]), window, index):
            news[changed] = i
            changed += 1
    return changed
