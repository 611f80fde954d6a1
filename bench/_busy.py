"""A ward in which everything happens at once: what a healthy one, measured alone, would flatter."""

from collections.abc import Callable
from typing import Final

import numpy as np

from devices.engine import Engine
from devices.person import generate
from devices.physiology.insults import INSULTS
from devices.physiology.treatments import TREATMENTS
from devices.randomness import generator
from devices.signals.rhythms import RHYTHMS
from devices.ward import DEVICES
from devices.wearables.chance import Chance

USUAL: Final = ("patch", "oximeter", "cuff", "thermometer", "band")
EACH: Final = 10
"""One bed in so many is ill and treated, another is in a rhythm of its own, a third wears every device."""
ILL, ODD, LADEN = 3, 7, 9
"""Which one in ten."""
SEVERITY, TEMPO = 0.3, 1.0
AGAIN_S: Final = 600
"""So often each of the ill is treated anew."""
MANY: Final = 2
"""Treatments at a time."""
FATAL: Final = frozenset({"ventricular-fibrillation", "apnoea", "opioid"})
"""No stage of these lasts: who has them is dead, or soon would be, and the dead are cheap."""


class Busy:
    """The engine of ``n`` patients with all that may befall them; ``second`` lets one pass."""

    def __init__(self, n: int) -> None:
        beds = [f"bed{i:05d}" for i in range(n)]
        people = [generate(generator(1, bed, "person")) for bed in beds]
        laden = np.arange(n) % EACH == LADEN
        worn = {name: np.ones(n, bool) if name in USUAL else laden for name in DEVICES}
        self.n, self.engine = n, Engine(1, beds, people, worn)
        self.engine.warm_up()
        self._chance = Chance(1, beds, self.engine.wearables)
        self._fall_ill()

    def _fall_ill(self) -> None:
        body, beating = self.engine.body, [k for k, r in RHYTHMS.items() if r.pulse > 0.0 and r.programs]
        kinds = [name for name in INSULTS if name not in FATAL]
        self._treated = range(ILL, self.n, EACH)
        for k, bed in enumerate(self._treated):
            body.insults.begin(bed, kinds[k * len(kinds) // max(len(self._treated), 1)], SEVERITY, TEMPO)
        for k, bed in enumerate(range(ODD, self.n, EACH)):
            self.engine.beat_in(bed, beating[k % len(beating)])

    def _treat(self) -> None:
        """Give each of the ill two treatments, others every time."""
        given = [name for name, kind in TREATMENTS.items() if kind.pushes]
        for k, bed in enumerate(self._treated):
            for j in range(MANY):
                at = (MANY * k + j + self.engine.now_s // AGAIN_S) % len(given)
                self.engine.treatments.give(bed, given[at])

    def second(self) -> None:
        """Let a second pass."""
        now_s = self.engine.now_s
        if now_s % AGAIN_S == 0:
            self._treat()
        for what in self._chance.second(float(now_s)):
            wearable = self.engine.wearables[what.device]
            wearable.fault(what.bed, what.kind, on=what.on, parameters={}, cause="chance")
        self.engine.advance(10.0)


def waves(one: Busy, block_s: int) -> Callable[[], int]:
    """Return a call that makes a block of waves of all patients, and how many patient-seconds."""

    def make() -> int:
        for _ in range(block_s):
            one.second()
        one.engine.draw(block_s)
        return one.n * block_s

    return make


def numerics(one: Busy) -> Callable[[], int]:
    """Return a call that makes a second of numerics of all patients."""

    def make() -> int:
        one.second()
        return one.n

    return make
