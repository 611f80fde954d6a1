"""Synthesis: patient-seconds of waves and numerics per CPU-second, beside NeuroKit2's fastest methods.

Ours is the whole engine (bodies, beats, breaths, five wearables measuring) drawing three waves in
blocks of a second, of ten, and for one patient of a minute; NeuroKit2 draws the same three in a 60-s batch,
one patient at a time, and can neither stream nor keep its phase. A busy ward is one in which a tenth is
ill and treated, another tenth beats in some other rhythm, a third wears every kind of device, and chance
brings faults to all. Both are CPU time of this process, medians
of alternating rounds. Kernels are compiled where numba is (``TELEWARD_PLAIN=1`` measures without).
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np

from bench import _busy
from devices import kernels
from devices.engine import Engine
from devices.person import generate
from devices.randomness import generator
from devices.signals.render import LONGEST_S

SIZES: Final = (1, 100, 1000)
BATCH_S: Final = 60
DEVICES: Final = ("patch", "oximeter", "cuff", "thermometer", "band")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add our own options."""
    parser.add_argument("--rounds", type=int, default=5, help="rounds, of which the median counts")
    parser.add_argument("--budget", type=float, default=0.6, help="CPU seconds a round and case")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="numbers of patients")


def engine(n: int) -> Engine:
    """Return a warm engine of ``n`` patients."""
    beds = [f"bed{i:05d}" for i in range(n)]
    people = [generate(generator(1, bed, "person")) for bed in beds]
    one = Engine(1, beds, people, {d: np.ones(n, bool) for d in DEVICES})
    one.warm_up()
    return one


def ours(one: Engine, n: int, block_s: int) -> Callable[[], int]:
    """Return a call that makes ``block_s`` seconds of all patients, and how many patient-seconds."""

    def make() -> int:
        for begin in range(0, block_s, LONGEST_S):
            part = min(LONGEST_S, block_s - begin)
            for _ in range(part):
                one.advance(10.0)
            one.draw(part)
        return n * block_s

    return make


def numerics(one: Engine, n: int) -> Callable[[], int]:
    """Return a call that makes a second of numerics of all patients."""

    def make() -> int:
        one.advance(10.0)
        return n

    return make


def neurokit() -> Callable[[], int]:
    """Return a call that makes a batch of one patient with NeuroKit2's fastest methods."""
    import neurokit2 as nk  # noqa: PLC0415 -- slow to import, and only a peer

    def make() -> int:
        nk.ecg_simulate(duration=BATCH_S, sampling_rate=250, heart_rate=72, method="simple")
        nk.ppg_simulate(duration=BATCH_S, sampling_rate=125, heart_rate=72)
        nk.rsp_simulate(duration=BATCH_S, sampling_rate=50, respiratory_rate=15, method="sinusoidal")
        return BATCH_S

    return make


def rate(make: Callable[[], int], budget_s: float) -> float:
    """Return patient-seconds per CPU-second over about ``budget_s``."""
    done, start = 0, time.process_time()
    while (used := time.process_time() - start) < budget_s or not done:
        done += make()
    return done / used


def run(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Yield a row per number of patients, and the numerics alone."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    how = "machine code" if kernels.compile_all() else "plain Python"
    sizes = [int(n) for n in str(options.sizes).split(",")]
    cases: dict[str, Callable[[], int]] = {}
    for n in sizes:
        one = engine(n)
        cases[f"n={n}"] = ours(one, n, 1)
        cases[f"n={n}, 10-s blocks"] = ours(one, n, 10)
        if n == 1:
            cases["n=1, 60-s blocks"] = ours(one, 1, BATCH_S)
        cases[f"n={n}, numerics only"] = numerics(one, n)
        if n >= _busy.EACH:
            busy = _busy.Busy(n)
            cases[f"n={n}, busy"] = _busy.waves(busy, 1)
            cases[f"n={n}, busy, 10-s blocks"] = _busy.waves(busy, 10)
            cases[f"n={n}, busy, numerics only"] = _busy.numerics(busy)
    peer = neurokit()
    measured: dict[str, list[float]] = {name: [] for name in cases}
    theirs: list[float] = []
    for make in (peer, *cases.values()):
        make()
    for _ in range(options.rounds):
        theirs.append(rate(peer, options.budget))
        for name, make in cases.items():
            measured[name].append(rate(make, options.budget))
    reference = statistics.median(theirs)
    for name, values in measured.items():
        value = statistics.median(values)
        yield {
            "bench": "synth",
            "case": name,
            "value": round(value, 1),
            "unit": "patient-s/CPU-s",
            "kernels": how,
            "peer": "neurokit2 fastest, 60-s batch",
            "peer_value": round(reference, 1),
            "ratio": round(value / reference, 2),
        }
