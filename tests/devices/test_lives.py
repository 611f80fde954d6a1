"""Random people, illnesses, treatments, rhythms and failing devices, over simulated days: what always holds.

Machine code reckons the same bits in a fraction of the time (``test_kernels``), so a process of its own
lives through two days with it; without numba it is hours.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from devices import kernels
from devices.physiology.approach import PULSE_MMHG
from devices.physiology.body import KEYS, LIMITS
from devices.physiology.coupling import mean_pressure
from tests.devices.lives import Lives

ROOT = Path(__file__).parents[2]
BEDS: Final = tuple(f"bed{i:02d}" for i in range(5))
FEW: Final = (BEDS[1], BEDS[4])
LOOKED_AT_S: Final = 7
LIFE_S: Final = 2 * 86_400 if kernels.available() else 3_600
ALONE_S: Final = LIFE_S // 8
LOW, HIGH = (np.array([LIMITS[key][side] for key in KEYS])[:, None] for side in (0, 1))


def amiss(lives: Lives) -> Iterator[str]:
    """Yield what cannot be, in the second that has just passed."""
    body = lives.engine.body
    state = np.stack([body.now[key] for key in KEYS])
    if not (np.isfinite(state).all() and np.isfinite(body.paco2).all() and np.isfinite(body.lactate).all()):
        yield "not a number"
    if ((state < LOW - 1e-9) | (state > HIGH + 1e-9)).any():
        yield "outside of its limits"
    sbp, dbp = body.now["sbp"], body.now["dbp"]
    mean, pulse = mean_pressure(sbp, dbp), sbp > PULSE_MMHG
    if (pulse & ~((dbp < mean) & (mean < sbp))).any() or (dbp > sbp).any():
        yield "diastolic, mean and systolic out of order"
    circulation, stores = body.circulation, body.stores
    inside = circulation.given_ml + circulation.transfused_ml
    inside = inside - circulation.lost_ml - circulation.leaked_ml - circulation.tissue_ml
    if np.abs(circulation.change_ml - inside).max() > 1e-3:
        yield "blood made or lost"
    if (stores.used_ml_min < -1e-9).any() or (stores.short_ml_min < 0).any():
        yield "oxygen made"


def unclear(reports: list[Any]) -> Iterator[str]:
    """Yield what a device said that is neither a number nor a reason."""
    for wearable, report in reports:
        for key, measured in report.readings.items():
            said = measured.values[report.due]
            good = measured.validity[report.due] == 0
            if not np.isfinite(said[good]).all():
                yield f"{wearable.name} says of {key} what is no number"


def digest(reports: list[Any], beds: list[int], into: Any) -> None:  # noqa: ANN401 -- hashlib names no type
    """Take in what the devices of ``beds`` said."""
    for wearable, report in reports:
        due = [bed for bed in beds if bed in report.due]
        if not due:
            continue
        for key, measured in report.readings.items():
            into.update(f"{wearable.name} {key} {[measured.why[i] for i in due]}".encode())
            into.update(measured.values[due].tobytes() + measured.validity[due].tobytes())


def live(seed: int) -> dict[str, Any]:
    """Live through the days; return what was amiss and when; what two beds said among others, and alone."""
    whole, found = Lives(seed, BEDS, LIFE_S), dict[str, int]()
    said, alone = sha256(), sha256()
    places = [BEDS.index(bed) for bed in FEW]
    for second in range(LIFE_S):
        reports = whole.second()
        if second % LOOKED_AT_S == 0:
            for what in (*amiss(whole), *unclear(reports)):
                found.setdefault(what, second)
        if second < ALONE_S:
            digest(reports, places, said)
    few = Lives(seed, FEW, LIFE_S)
    for _ in range(ALONE_S):
        digest(few.second(), [0, 1], alone)
    left = int((whole.engine.body.now["hr"] > 0).sum())
    return {"found": found, "said": said.hexdigest(), "alone": alone.hexdigest(), "left": left}


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_days_of_a_ward_hold_what_always_holds() -> None:
    """Nothing NaN, pressures in order, blood and oxygen balance; a bed is the same among others and alone."""
    ask = (
        "import json, sys; from devices import kernels; from tests.devices import test_lives;"
        "kernels.compile_all(); print(json.dumps(test_lives.live(int(sys.argv[1]))))"
    )
    made = subprocess.run(
        [sys.executable, "-c", ask, "1"], cwd=ROOT, capture_output=True, check=False, text=True
    )
    assert made.returncode == 0, made.stderr[-3000:]
    told = json.loads(made.stdout)
    assert told["found"] == {}
    assert told["said"] == told["alone"]
    assert told["left"] >= len(BEDS) // 3, "too few live to be asked"
