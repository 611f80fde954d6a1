"""Of whom devices send waves: nobody else's need be drawn."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from devices.arrays import Ints
from devices.signals import ecg, pleth, respiration
from devices.signals.leads import LEADS
from devices.signals.render import Plan
from devices.wearables.wearable import Wearable

BESIDE: Final = (respiration.KEY, pleth.KEY)
"""What is drawn beside leads of the ECG, whether or not a device sends it."""


class Sending:
    """The patients, of ``n``, on whom devices of ``wearables`` sit that send a wave."""

    def __init__(self, n: int, wearables: Mapping[str, Wearable]) -> None:
        self._senders: Final = [w for w in wearables.values() if w.waves and w.worn.any()]
        self._all: Ints = np.arange(n)
        self._whose: dict[str, Ints] = {}
        self._plans: dict[tuple[str, ...], Plan] = {}
        self._changes, self._whom = -1, b""
        """How often anything had changed, and on whom devices sat then."""

    def whose(self) -> dict[str, Ints]:
        """Return by wave whose is sent: patients' beds in order, of waves that are sent at all.

        A swapped device sends the waves of the patient on whom it sits.
        """
        changes = sum(w.changes for w in self._senders)
        if changes != self._changes:
            self._changes, whom = changes, b"".join(w.whom.tobytes() for w in self._senders)
            if whom != self._whom or not self._whose:
                self._whose = {key: self._seen(key) for w in self._senders for key in w.waves}
                self._plans, self._whom = {}, whom
        return self._whose

    def _seen(self, key: str) -> Ints:
        return np.unique(np.concatenate([w.whom[w.everyone()] for w in self._senders if key in w.waves]))

    def plan(self, leads: tuple[str, ...]) -> Plan:
        """Return how to draw a block: what is sent of whom it is sent, and ``leads`` of everybody."""
        sent = self.whose()
        if leads not in self._plans:
            hearts = [lead for lead in LEADS if lead in leads or lead in sent] or [ecg.KEY]
            wanted = {
                key: self._all if key in leads else sent.get(key, self._all) for key in (*hearts, *BESIDE)
            }
            self._plans[leads] = Plan.of(wanted)
        return self._plans[leads]
