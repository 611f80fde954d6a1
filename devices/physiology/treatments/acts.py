"""What is done at once when a treatment is given or ended, beside the effects that come and go.

A deed returns what becomes of the heart's rhythm, and after how many seconds.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from devices.physiology.heart import BLOCKS, LOST_CAPTURE
from devices.physiology.treatments.kinds import Act, Treatment

if TYPE_CHECKING:
    from devices.physiology.body import Body

Rhythms = tuple[tuple[float, str], ...]
"""(seconds from now, rhythm that the heart takes on then); ``sinus`` is whatever is its own. What comes later
comes only if the heart then still is in what came before it."""
Doing = Callable[["Body", int, Treatment, float], Rhythms]
NOTHING: Final[Rhythms] = ()
LEAST_SHOCK_J: Final[dict[str, float]] = {"vf": 120, "vf-coarse": 120, "pulseless-vt": 120, "torsades": 120}
"""What a shock must have to end a rhythm without pulse (biphasic; *heuristic*); fine fibrillation stands
still after any."""
USUAL_J: Final = 70.0
"""What it must have for every other rhythm that is not the heart's own."""
OWN: Final = frozenset(
    {"sinus", "asystole", "standstill", "pea", "agonal", "junctional", "idioventricular", *LOST_CAPTURE}
)
"""Rhythms that no shock ends: normal, slow, or with nothing to shock; beside what somebody lives with."""
REENTRY: Final = frozenset({"svt", "avnrt", "wpw-svt"})
"""What adenosine ends; it only shows what others are."""
TORSADES: Final = "torsades"
TACHYCARDIAS: Final = ("atrial-fibrillation", "svt", "ventricular-tachycardia", "ventricular-fibrillation")
"""Insults that a heart's own rhythm ends."""
PAUSE_S: Final = 4.0
"""The pause that adenosine makes (reference 7.21: 3 to 6 s)."""
BLOCKED_S: Final = 15.0
"""The pause of a heart whose conduction fails already: as long as the drug lasts (7.23: 10 to 20 s)."""
STIRRED_MG, WEAK = 0.5, 0.85
"""So much adrenaline into a vein upsets a heart whose force is less than this (*heuristic*)."""

RIBS: Final = 0.15
"""How much broken ribs pain (*heuristic*)."""
CALMING_MG: Final = 2.0
"""Less lorazepam ends no seizure (*heuristic*)."""


def oxygen(body: "Body", patient: int, kind: Treatment, amount: float) -> Rhythms:
    """Give oxygen by the treatment's device, at its dose if that is a flow."""
    body.breathe(patient, kind.oxygen, kind.litres(amount), lent=True)
    return NOTHING


def give_back(body: "Body", patient: int, kind: Treatment, amount: float) -> Rhythms:
    """Take the device off, if it is the one in use, and give back the patient's own, or air."""
    del amount
    if body.oxygen[patient] == kind.oxygen:
        body.breathe(patient, *body.own_oxygen[patient])
    return NOTHING


def naloxone(body: "Body", patient: int, kind: Treatment, amount: float) -> Rhythms:
    """Put naloxone (mg) into the blood."""
    del kind
    body.opioid.naloxone(patient, amount)
    return NOTHING


def fentanyl(body: "Body", patient: int, kind: Treatment, amount: float) -> Rhythms:
    """Put fentanyl (µg) into the blood."""
    del kind
    body.opioid.fentanyl(patient, amount)
    return NOTHING


def stop_bleeding(body: "Body", patient: int, kind: Treatment, amount: float) -> Rhythms:
    """End a bleeding that a script let run."""
    del kind, amount
    body.circulation.bleeding[patient] = 0.0
    return NOTHING


def _own(body: "Body", patient: int) -> Rhythms:
    """Let the heart beat by itself again, and what had taken its rhythm go."""
    for name in TACHYCARDIAS:
        body.insults.ease(patient, name)
    return ((0.0, "sinus"),)


def _sound(body: "Body", patient: int) -> bool:
    """Say whether a heart beats in what no shock ends."""
    rhythm = body.heart.rhythm[patient]
    return rhythm in OWN or rhythm == body.heart.own[patient]


def defibrillate(body: "Body", patient: int, kind: Treatment, amount: float) -> Rhythms:
    """Shock whatever there is: what is not the heart's own may end, a beating heart fibrillates."""
    del kind
    rhythm = body.heart.rhythm[patient]
    if body.heart.dead[patient]:
        return NOTHING
    if rhythm == "vf-fine":
        return ((0.0, "asystole"),)
    if _sound(body, patient):
        beating = body.heart.pulse[patient] > 0.0
        return ((0.0, "vf"),) if beating and amount >= USUAL_J else NOTHING
    return _own(body, patient) if amount >= LEAST_SHOCK_J.get(rhythm, USUAL_J) else NOTHING


def cardiovert(body: "Body", patient: int, kind: Treatment, amount: float) -> Rhythms:
    """Shock on a beat: nothing without one, and no fibrillation of a healthy rhythm."""
    if _sound(body, patient) or body.heart.beats[patient] <= 0.0:
        return NOTHING
    return defibrillate(body, patient, kind, amount)


def adenosine(body: "Body", patient: int, kind: Treatment, amount: float) -> Rhythms:
    """Block the way from atria to ventricles for a few seconds; a circle through it ends."""
    before = body.heart.rhythm[patient]
    if body.heart.pulse[patient] <= 0.0:
        return NOTHING
    ends = before in REENTRY and amount >= kind.usual
    if ends:
        _own(body, patient)
    pause_s = BLOCKED_S if before in BLOCKS else PAUSE_S
    return (0.0, "standstill"), (pause_s, "sinus" if ends else before)


def adrenaline(body: "Body", patient: int, kind: Treatment, amount: float) -> Rhythms:
    """Upset a weak heart that beats: it is there by now."""
    del kind
    weak = body.influence.contractility[patient] < WEAK and body.heart.pulse[patient] > 0.0
    return ((0.0, "vt"),) if weak and amount >= STIRRED_MG else NOTHING


def calm(body: "Body", patient: int, kind: Treatment, amount: float) -> Rhythms:
    """End a seizure, which otherwise would go on as strong until the last of it is taken."""
    del kind
    if amount >= CALMING_MG:
        body.insults.ease(patient, "seizure")
    return NOTHING


def magnesium(body: "Body", patient: int, kind: Treatment, amount: float) -> Rhythms:
    """End torsades (reference 7.21; that it takes the usual dose is *heuristic*)."""
    if body.heart.rhythm[patient] == TORSADES and amount >= kind.usual:
        return _own(body, patient)
    return NOTHING


def compress(body: "Body", patient: int, kind: Treatment, amount: float) -> Rhythms:
    """Break ribs, which pains whose heart beats (*heuristic*; with none it matters least)."""
    del kind, amount
    if body.heart.pulse[patient] > 0.0:
        body.insults.begin(patient, "pain", max(RIBS, body.insults.on(patient).get("pain", 0.0)))
    return NOTHING


def pace(body: "Body", patient: int, kind: Treatment, amount: float) -> Rhythms:
    """Pace at so many beats a minute what is slower."""
    del kind
    body.heart.pace(patient, amount)
    return NOTHING


def unpace(body: "Body", patient: int, kind: Treatment, amount: float) -> Rhythms:
    """Leave the heart to itself."""
    del kind, amount
    body.heart.unpace(patient)
    return NOTHING


ACTS: Final[dict[Act, Doing]] = {
    "oxygen": oxygen, "naloxone": naloxone, "fentanyl": fentanyl, "stop-bleeding": stop_bleeding,
    "defibrillate": defibrillate, "cardiovert": cardiovert, "adenosine": adenosine, "adrenaline": adrenaline,
    "pace": pace, "calm": calm, "compress": compress, "magnesium": magnesium,
}  # fmt: skip
ENDS: Final[dict[Act, Doing]] = {"oxygen": give_back, "pace": unpace}
