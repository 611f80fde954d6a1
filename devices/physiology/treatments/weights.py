"""What of a body makes it more or less open to a treatment: weights ``[n]`` of patients."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np

from devices.arrays import Floats, Ints
from devices.physiology.bounds import within
from devices.physiology.circulation import CRYSTALLOID
from devices.physiology.heart import ALL_PACED
from devices.physiology.influence import Influence
from devices.physiology.opioid import C50_NG_ML
from devices.physiology.treatments.kinds import Weight

if TYPE_CHECKING:
    from devices.physiology.body import Body

MOST_LOST: Final = 0.3
"""A share of blood volume whose loss makes a body fully ``empty``."""
ROOM, FAILING_ROOM = 0.35, 0.33
"""So much more than its volume at rest a sound heart takes, and by so much less a failing one."""
SWEATED: Final = 0.65
"""The share of warmth from outside that a body a degree too warm loses again (*heuristic*)."""
FAST_BPM: Final = 55.0
"""A heart that something drives so much beyond its own rate is wholly ``fast``."""


def airways(body: "Body", influence: Influence, who: Ints) -> Floats:
    """Return how much of each breath the airways hold back."""
    return np.asarray(np.maximum(influence.obstruction[who], body.obstruction[who]))


def empty(body: "Body", influence: Influence, who: Ints) -> Floats:
    """Return how empty the vessels are, 1 at a loss of 30 %."""
    del influence
    lost = -body.circulation.change_ml[who] / body.circulation.volume_ml[who]
    return within(lost / MOST_LOST, 0.0, 1.5)


def failing(body: "Body", influence: Influence, who: Ints) -> Floats:
    """Return how much of the heart's force is gone."""
    del body
    return within(1.0 - influence.contractility[who], 0.0, 1.0)


def blocked(body: "Body", influence: Influence, who: Ints) -> Floats:
    """Return which share of its filling something keeps from the heart: pooled blood, a clot, pressure."""
    del body
    return within(1.0 - influence.preload[who], 0.0, 1.0)


def awake(body: "Body", influence: Influence, who: Ints) -> Floats:
    """Return how awake somebody is who may feel pain."""
    del influence
    return within(1.0 - body.consciousness.depth[who] / 3.0, 0.0, 1.0)


def bound(body: "Body", influence: Influence, who: Ints) -> Floats:
    """Return how much output hangs on the filling of a right heart that does not pump."""
    del body
    return np.asarray(influence.bound[who])


def cool(body: "Body", influence: Influence, who: Ints) -> Floats:
    """Return how much of a warmth is kept: all by the cool; who is warm sweats most of it off."""
    del influence
    warm = within(body.now["temp"][who] - body.rest["temp"][who], 0.0, 1.0)
    return 1.0 - SWEATED * warm


def drugged(body: "Body", influence: Influence, who: Ints) -> Floats:
    """Return how much an opioid would take of the drive to breathe, were there no antidote."""
    del influence
    effect = np.maximum(body.opioid.effect_ng_ml[who], 0.0)
    return np.asarray(effect / (effect + C50_NG_ML))


def full(body: "Body", influence: Influence, who: Ints) -> Floats:
    """Return by which share of blood volume there is more than the heart can take."""
    more = body.circulation.change_ml[who] / body.circulation.volume_ml[who]
    room = ROOM - FAILING_ROOM * np.sqrt(failing(body, influence, who))
    return np.asarray(np.maximum(more - room, 0.0))


def fast(body: "Body", influence: Influence, who: Ints) -> Floats:
    """Return how much something beside the body's own reflexes drives the heart."""
    del body
    return within(influence.chronotropy_bpm[who] / FAST_BPM, 0.0, 1.4)


def fever(body: "Body", influence: Influence, who: Ints) -> Floats:
    """Return whether the body wants to be warmer than its own."""
    del body
    return within(influence.set_point_c[who], 0.0, 1.0)


def pooled(body: "Body", influence: Influence, who: Ints) -> Floats:
    """Return ``blocked`` while fluid that was given is still in the vessels: it fills what has pooled."""
    given = np.maximum(body.circulation.given_ml[who], 1.0)
    gone = body.circulation.tissue_ml[who] / (given * (1.0 - CRYSTALLOID))
    return blocked(body, influence, who) * within(1.0 - gone, 0.0, 1.0)


def pulseless(body: "Body", influence: Influence, who: Ints) -> Floats:
    """Return whether no beat arrives."""
    del influence
    return np.where(body.circulation.pulse[who] <= 0.0, 1.0, 0.0)


def paced(body: "Body", influence: Influence, who: Ints) -> Floats:
    """Return whether the heart is paced from outside."""
    del influence
    return np.array([body.heart.rhythm[i] in ALL_PACED for i in who.tolist()], float)


def sound(body: "Body", influence: Influence, who: Ints) -> Floats:
    """Return how little keeps blood out of the chest."""
    del body
    return within(1.0 - 4.0 * (1.0 - influence.preload[who]), 0.0, 1.0)


WEIGHTS: Final[dict[Weight, Callable[["Body", Influence, Ints], Floats]]] = {
    "airways": airways, "awake": awake, "bound": bound, "cool": cool, "drugged": drugged, "empty": empty,
    "failing": failing, "full": full, "fast": fast, "fever": fever, "paced": paced, "pooled": pooled,
    "pulseless": pulseless, "sound": sound,
}  # fmt: skip
