"""What illness does to the ECG: injury, potassium and cold. Sizes are *heuristic* but where said.

What a script sets itself stands before what the body brings, until the script gives it back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from devices.physiology.body import Body
from devices.physiology.insults import INSULTS
from devices.signals.conditions import NO_INFARCTS, NORMAL_C, NORMAL_K, TERRITORIES
from devices.signals.render import Renderer

EVERY_S: Final = 5
"""So often the body is looked at: tables are made anew only when what is drawn changes."""
INFARCTS: Final = {"acute-coronary-syndrome": "anterior", "right-ventricular-infarct": "right-ventricular"}
"""Insults and the walls that they injure (of two in one heart the first is drawn)."""
INFARCT_MV, INFARCT_STAGE = 0.35, 0.15
"""ST of an infarct, and at which stage of it all has come (reference 7.10: anterior STEMI)."""
ACIDOSIS: Final = "ketoacidosis"
ACIDOSIS_MMOL_L: Final = 2.0
"""By so much potassium is high in full ketoacidosis."""
COLD_C: Final = 33.0
_HOUR_S: Final = 3600.0


@dataclass(slots=True)
class Ageing:
    """An infarct that goes its way: ST at its highest (mV), how old it is (h), and how fast that grows."""

    mv: float
    hours: float
    pace: float = 1.0
    stage: float = 0.0

    def age(self) -> None:
        """Grow older by ``EVERY_S``."""
        self.hours += self.pace * EVERY_S / _HOUR_S


_NONE: Final = Ageing(0.0, 0.0)


class Electric:
    """Bends the ECG of the ward's beds as ``renderer`` draws them."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer
        self._given: set[tuple[int, str]] = set()
        self._held: dict[int, set[str]] = {}
        """By bed the territories whose ST a script holds."""
        self._bent: set[tuple[int, str]] = set()
        self._scripted: dict[tuple[int, str], Ageing] = {}
        self._own: dict[int, Ageing] = {}
        """Infarcts by bed and territory that a script brought, and by bed those of the body."""
        self._walls: dict[int, str] = {}
        """By bed the territory that the body's own infarct last was in."""

    # --- what a script says ------------------------------------------------------------------------

    def st(self, bed: int, territory: str, mv: float | None, *, age_h: float | None = None) -> None:
        """Raise (or, below 0, lower) ST in a territory by ``mv`` in its worst lead, from now on.

        With ``age_h`` it is an infarct of that age (h), which goes on: T tall, ST, Q, T turned over.
        ``None`` gives the territory back to the body. Raise ``ValueError`` naming the territories.
        """
        if territory not in TERRITORIES:
            raise ValueError(f"the territories are {', '.join(TERRITORIES)}, not {territory!r}")
        if age_h is not None and territory in NO_INFARCTS:
            raise ValueError(f"{territory} is no infarct and has no age")
        held = self._held.setdefault(bed, set())
        if mv is None and territory not in held:
            return
        if not held and (bed, "st") in self._bent:
            self._renderer.infarct(bed, self._walls[bed], 0.0, 0.0)  # the body's own makes way
        (held.discard if mv is None else held.add)(territory)
        self._give(bed, "st", given=bool(held))
        aged = mv if mv and age_h is not None else 0.0
        self._renderer.st(bed, territory, 0.0 if mv is None or age_h is not None else mv)
        self._renderer.infarct(bed, territory, aged, age_h or 0.0)
        self._scripted.pop((bed, territory), None)
        if aged:
            self._scripted[bed, territory] = Ageing(aged, age_h or 0.0)

    def potassium(self, bed: int, mmol_l: float | None) -> None:
        """Draw a bed's ECG at this potassium, from now on; ``None`` gives it back to the body."""
        self._renderer.potassium(bed, NORMAL_K if mmol_l is None else mmol_l)
        self._give(bed, "potassium", given=mmol_l is not None)

    def qt(self, bed: int, factor: float | None) -> None:
        """Draw a bed's QT so many times as long as the rate makes it (a drug); ``None`` is 1."""
        self._renderer.qt(bed, 1.0 if factor is None else factor)

    def _give(self, bed: int, what: str, *, given: bool) -> None:
        (self._given.add if given else self._given.discard)((bed, what))

    # --- what the body says ------------------------------------------------------------------------

    def heed(self, body: Body, now_s: int) -> None:
        """Draw what ails the bodies, looked at every ``EVERY_S``."""
        if now_s % EVERY_S:
            return
        for (bed, territory), infarct in self._scripted.items():
            infarct.age()
            self._renderer.infarct(bed, territory, infarct.mv, infarct.hours)
        cold = (body.now["temp"] < COLD_C).nonzero()[0].tolist()
        ails = _concerning(body) if body.insults.any else {}
        for bed in sorted({*cold, *ails, *self._own, *(bent for bent, _ in self._bent)}):
            core_c = float(body.now["temp"][bed]) if bed in cold else NORMAL_C
            self._bend(bed, ails.get(bed, {}), core_c)

    def _bend(self, bed: int, ails: Mapping[str, tuple[float, float]], core_c: float) -> None:
        name = next((n for n in INFARCTS if n in ails), "")
        stage, felt = ails.get(name, (0.0, 0.0))
        raised = ACIDOSIS_MMOL_L * ails.get(ACIDOSIS, (0.0, 0.0))[1]
        infarct = self._suffer(bed, name, stage)
        if self._concerns(bed, "st", bent=stage > 0.0):
            # An artery that opens lets ST come down by the share that it relieves.
            left = felt / stage if stage else 0.0
            mv = INFARCT_MV * min(stage / INFARCT_STAGE, 1.0) * left
            self._renderer.infarct(bed, self._wall(bed, name), mv, infarct.hours)
        if self._concerns(bed, "potassium", bent=raised > 0.0):
            self._renderer.potassium(bed, NORMAL_K + raised)
        if self._concerns(bed, "core", bent=core_c < NORMAL_C):
            self._renderer.core(bed, core_c)

    def _wall(self, bed: int, name: str) -> str:
        """Return where a body's own infarct is, or was."""
        last = self._walls.get(bed, "")
        here = INFARCTS.get(name, last)
        if last and here != last:
            self._renderer.infarct(bed, last, 0.0, 0.0)
        self._walls[bed] = here
        return here

    def _suffer(self, bed: int, name: str, stage: float) -> Ageing:
        """Let a body's own infarct age as fast as its insult goes, and while it is there, seen or not."""
        if not stage:
            return self._own.pop(bed, _NONE)
        infarct = self._own.setdefault(bed, Ageing(INFARCT_MV, 0.0))
        went_s = (stage - infarct.stage) * INSULTS[name].course_s
        if went_s > 0.0:
            infarct.pace = max(went_s / EVERY_S, 1.0)
        infarct.stage = stage
        infarct.age()
        return infarct

    def _concerns(self, bed: int, what: str, *, bent: bool) -> bool:
        """Say whether the body has a say in this, and did or does bend it."""
        if (bed, what) in self._given:
            return False
        concerned = bent or (bed, what) in self._bent
        (self._bent.add if bent else self._bent.discard)((bed, what))
        return concerned


def _concerning(body: Body) -> dict[int, dict[str, tuple[float, float]]]:
    """Return by bed what ails it that bends an ECG: name to (stage, what is felt of it)."""
    found: dict[int, dict[str, tuple[float, float]]] = {}
    for name in (*INFARCTS, ACIDOSIS):
        for bed, stage, felt in body.insults.having(name):
            found.setdefault(bed, {})[name] = stage, felt
    return found
