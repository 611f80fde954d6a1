"""Kernels: what is compiled is found by everybody, and reckons to the same bits."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from devices import kernels

ROOT = Path(__file__).parents[2]
RUN = """
import hashlib, json, sys
import numpy as np
from devices import kernels
from devices.engine import Engine
from devices.person import generate
from devices.randomness import generator
from devices.signals.leads import LEADS
from devices.ward import DEVICES

compiled = kernels.compile_all() if sys.argv[1] == "machine" else False
beds = [f"bed{i}" for i in range(12)]
people = [generate(generator(7, bed, "person")) for bed in beds]
ward = Engine(7, beds, people, {d: np.ones(12, bool) for d in DEVICES})
ward.warm_up()
ward.body.insults.begin(1, "sepsis", 1.0, 6.0)
ward.body.insults.begin(2, "copd", 1.0, 6.0)
ward.body.affect(3, "bleeding", 80.0)
ward.body.affect(4, "fentanyl", 300.0)
ward.body.aim("temp", np.where(np.arange(12) == 7, 33.5, np.nan))
ward.beat_in(5, "af-rapid")
ward.beat_in(6, "vf")
ward.trains.breathing.breathe_in(7, "cheyne-stokes", ward.trains.until_s)
ward.wearables["patch"].fault(8, "motion", on=True, parameters={})
ward.wearables["oximeter"].exchange(9, 10)
ward.wearables["patch"].fault(11, "shivering", on=True, parameters={})
ward.wearables["oximeter"].fault(0, "ambient-light", on=True, parameters={})
ward.wearables["cuff"].fault(5, "same-arm", on=True, parameters={})
seen = hashlib.sha256()
for second in range(90):
    for wearable, report in ward.advance(9.0 + second / 3600.0):
        for key, measured in report.readings.items():
            seen.update(measured.values[report.due].tobytes() + measured.validity[report.due].tobytes())
            seen.update(repr([measured.why[i] for i in report.due.tolist()]).encode())
        seen.update(repr(report.events).encode())
    for key, samples in sorted(ward.draw(1, LEADS).items()):
        seen.update(samples.tobytes())
seen.update(ward.body.state.tobytes())
print(json.dumps({"compiled": compiled, "seen": seen.hexdigest()}))
"""


def _run(how: str) -> dict[str, Any]:
    made = subprocess.run([sys.executable, "-c", RUN, how], cwd=ROOT, capture_output=True, check=True)
    found: dict[str, Any] = json.loads(made.stdout)
    return found


@pytest.mark.slow
@pytest.mark.skipif(not kernels.available(), reason="numba is not installed (pip install 'teleward[fast]')")
def test_a_compiled_ward_is_the_same_to_the_bit() -> None:
    """Twelve beds with illness, drugs, rhythms, faults and swapped devices: every number and sample."""
    plain, machine = _run("plain"), _run("machine")
    assert not plain["compiled"]
    assert machine["compiled"]
    assert plain["seen"] == machine["seen"]


def test_nothing_is_compiled_where_nobody_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment may say so."""
    before = kernels.compiled()
    monkeypatch.setenv(kernels.PLAIN, "1")
    assert not kernels.compile_all()
    assert kernels.compiled() == before
