"""What illness does to the ECG: injury, potassium and cold. Sizes are *heuristic* but where said.

What a script sets itself stands before what the body brings.
"""

from typing import Final

from devices.physiology.body import Body
from devices.signals.conditions import NORMAL_C, NORMAL_K
from devices.signals.render import Renderer

EVERY_S: Final = 5
"""So often the body is looked at: tables are made anew only when what is drawn changes."""
INFARCT: Final = "acute-coronary-syndrome"
INFARCT_MV, INFARCT_STAGE = 0.35, 0.15
"""ST of an anterior infarct, and at which stage of it ST is highest (reference 7.10: anterior STEMI)."""
ACIDOSIS: Final = "ketoacidosis"
ACIDOSIS_MMOL_L: Final = 2.0
"""By so much potassium is high in full ketoacidosis."""
COLD_C: Final = 33.0


class Electric:
    """Bends the ECG of the ward's beds as ``renderer`` draws them."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._given: set[tuple[int, str]] = set()
        self._bent: set[tuple[int, str]] = set()

    def st(self, bed: int, territory: str, mv: float) -> None:
        """Raise (or, below 0, lower) ST in a territory by ``mv`` in its worst lead, from now on.

        Raise ``ValueError`` naming the territories.
        """
        self._renderer.st(bed, territory, mv)
        self._given.add((bed, "st"))

    def potassium(self, bed: int, mmol_l: float) -> None:
        """Draw a bed's ECG at this potassium, from now on."""
        self._renderer.potassium(bed, mmol_l)
        self._given.add((bed, "potassium"))

    def heed(self, body: Body, now_s: int) -> None:
        """Draw what ails the bodies, looked at every ``EVERY_S``."""
        if now_s % EVERY_S:
            return
        cold = body.now["temp"] < COLD_C
        if not (body.insults.any or self._bent or cold.any()):
            return
        for bed in range(len(cold)):
            ails = body.insults.on(bed)
            if ails or self._bent or cold[bed]:
                self._bend(bed, ails, float(body.now["temp"][bed]) if cold[bed] else NORMAL_C)

    def _bend(self, bed: int, ails: dict[str, float], core_c: float) -> None:
        mv = INFARCT_MV * min(ails.get(INFARCT, 0.0) / INFARCT_STAGE, 1.0)
        raised = ACIDOSIS_MMOL_L * ails.get(ACIDOSIS, 0.0)
        if self._concerns(bed, "st", bent=mv > 0.0):
            self._renderer.st(bed, "anterior", mv)
        if self._concerns(bed, "potassium", bent=raised > 0.0):
            self._renderer.potassium(bed, NORMAL_K + raised)
        if self._concerns(bed, "core", bent=core_c < NORMAL_C):
            self._renderer.core(bed, core_c)

    def _concerns(self, bed: int, what: str, *, bent: bool) -> bool:
        """Say whether the body has a say in this, and did or does bend it."""
        if (bed, what) in self._given:
            return False
        concerned = bent or (bed, what) in self._bent
        (self._bent.add if bent else self._bent.discard)((bed, what))
        return concerned
