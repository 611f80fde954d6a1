"""The simulated nurse: charts consciousness and oxygen, and a manual set as often as NEWS2 asks."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from broker import messages as m
from devices.arrays import Floats
from devices.person import Person
from devices.physiology.body import Body
from devices.randomness import Draws
from vitals import news2
from vitals.catalogue import VITAL_SIGNS

NAME: Final = "Ward nurse"
# RCP NEWS2 chart 4: at least 12-hourly, 4- to 6-hourly, hourly; "continuous" is heuristic here.
NEVER_S: Final = 12 * 3600.0
LOW_S: Final = 5 * 3600.0
HOURLY_S: Final = 3600.0
CONTINUOUS_S: Final = 900.0
MANUAL: Final = ("rr", "spo2", "pr", "nibp_sys", "nibp_dia", "temp")
OF_PULSE: Final = frozenset({"spo2", "pr", "nibp_sys", "nibp_dia"})
"""What nobody finds without a pulse, so that it is not charted."""
SPREAD: Final[dict[str, float]] = {
    "rr": 0.7, "spo2": 0.4, "pr": 1.0, "nibp_sys": 3.0, "nibp_dia": 2.0, "temp": 0.05,
}  # fmt: skip
"""Heuristic: how far a careful manual value strays."""


def pause_s(total: int, max_single: int) -> float:
    """Return how soon the next set is due after a score (RCP NEWS2, chart 4)."""
    if total >= news2.EMERGENCY:
        return CONTINUOUS_S
    if total >= news2.URGENT or max_single >= news2.RED:
        return HOURLY_S
    return LOW_S if total else NEVER_S


class Nurse:
    """Looks after all beds; ``acvpu`` is the truth of consciousness, ``[N]``."""

    def __init__(self, seed: int, beds: Sequence[str], people: Sequence[Person]) -> None:
        n = len(beds)
        self.acvpu: list[m.Acvpu] = [p.baseline.acvpu for p in people]
        self._usual = [p.baseline.acvpu for p in people]
        self.told = [False] * n
        """Whether a script says how awake somebody is; else the body does."""
        self._under = list(self.acvpu)
        """How awake each is by script or body, whatever a hand holds."""
        self._held: list[m.Acvpu | None] = [None] * n
        self._scales = [p.scale for p in people]
        self._draws = Draws(seed, beds, "nurse", 516)
        self._due_s = np.zeros(n)
        self._changed = [False] * n

    def tell(self, bed: int, acvpu: m.Acvpu) -> None:
        """Set how awake somebody is; from the first change on that is the script's to say."""
        self.told[bed] = self.told[bed] or acvpu != self._usual[bed]
        self.find(bed, acvpu)

    def find(self, bed: int, acvpu: m.Acvpu) -> None:
        """Take note of how awake script or body have somebody, which shows unless a hand holds it."""
        self._under[bed] = acvpu
        self.acvpu[bed] = self._held[bed] or acvpu

    def hold(self, bed: int, acvpu: m.Acvpu | None) -> None:
        """Hold how awake somebody is by hand; ``None`` gives it back to script and body."""
        self._held[bed] = acvpu
        self.acvpu[bed] = acvpu or self._under[bed]
        self.notice(bed)

    def notice(self, bed: int) -> None:
        """Something of consciousness or oxygen changed: chart it."""
        self._changed[bed] = True

    def round(self, now_s: int, body: Body) -> list[tuple[int, m.ChartObs]]:
        """Return what is charted now: (bed, entry without time and number)."""
        draws = self._draws.rows(len(MANUAL))
        out = []
        for bed in range(len(self.acvpu)):
            if now_s >= self._due_s[bed]:
                out.append((bed, self._whole(bed, now_s, body, draws[:, bed])))
            elif self._changed[bed]:
                out.append((bed, self._entry(bed, body, {})))
            self._changed[bed] = False
        return out

    def _whole(self, bed: int, now_s: int, body: Body, draws: Floats) -> m.ChartObs:
        sources = ("rr", "spo2", "hr", "sbp", "dbp", "temp")
        values, flows = {}, bool(body.heart.pulse[bed] > 0.0)
        for key, source, draw in zip(MANUAL, sources, draws, strict=True):
            if not flows and key in OF_PULSE:
                continue
            sign = VITAL_SIGNS[key]
            shown = float(np.clip(body.now[source][bed] + SPREAD[key] * draw, sign.lowest, sign.highest))
            values[key] = round(shown, sign.decimals)
        score = news2.score(
            rr=values["rr"],
            spo2=values.get("spo2"),
            oxygen=body.oxygen[bed] != "air",
            sbp=values.get("nibp_sys"),
            pulse=values.get("pr"),
            acvpu=self.acvpu[bed],
            temp=values["temp"],
            scale=self._scales[bed],
        )
        pause = pause_s(score.at_least, score.max_single) if flows else CONTINUOUS_S
        self._due_s[bed] = now_s + pause
        readings = {k: m.Reading(v=v, u=VITAL_SIGNS[k].unit, q="Vldated") for k, v in values.items()}
        return self._entry(bed, body, readings)

    def _entry(self, bed: int, body: Body, readings: dict[str, m.Reading]) -> m.ChartObs:
        oxygen = body.oxygen[bed]
        flow = float(body.now["o2_flow"][bed])
        given = {"o2_flow": m.Reading(v=round(flow, 1), u="L/min")}
        fio2 = {"fio2": m.Reading(v=round(100.0 * float(body.fio2[bed])), u="%")}
        return m.ChartObs(
            v=1, t=0, by=NAME, acvpu=self.acvpu[bed], oxygen=oxygen, m={**readings, **given, **fio2}
        )
