"""Signals of made-up patients, with the truth beside them, for tests that judge them."""

from dataclasses import dataclass, replace

import numpy as np

from devices.arrays import Floats
from devices.engine import Engine
from devices.person import Baseline, Person, generate
from devices.randomness import generator
from vitals.catalogue import WAVEFORMS

DEVICES = ("patch", "oximeter", "cuff", "thermometer", "band")


@dataclass(frozen=True)
class Recording:
    """What one patient's devices drew and showed in ``seconds``; times in s from its begin."""

    person: Person
    seconds: int
    waves: dict[str, Floats]
    beats: Floats
    breaths: Floats
    shown: dict[str, list[float]]


def engine(people: list[Person], seed: int = 5) -> Engine:
    """Return a warm engine of ``people`` who wear everything."""
    n = len(people)
    one = Engine(seed, [f"bed{i:02d}" for i in range(n)], people, {d: np.ones(n, bool) for d in DEVICES})
    one.warm_up()
    return one


def with_rates(hr: float, rr: float, number: int = 0) -> Person:
    """Return a person who has these rates at rest."""
    made = generate(generator(5, f"bed{number:02d}", "person"))
    return replace(made, baseline=Baseline(hr=hr, rr=rr))


def record(
    people: list[Person], seconds: int, *, block_s: int = 1, seed: int = 5, fast: float = 160.0
) -> list[Recording]:
    """Record ``seconds`` of everybody, drawn in blocks of ``block_s``.

    Hearts go at the rate of rest that people have; at more than ``fast`` by re-entry.
    """
    one = engine(people, seed)
    n = len(people)
    rates = np.array([p.baseline.hr for p in people])
    for bed in np.nonzero(rates > fast)[0].tolist():
        one.trains.beat_in(bed, "svt")
    if (rates > fast).any():
        one.body.aim("hr", np.where(rates > fast, rates, np.nan))
        for _ in range(30):
            one.advance(12.0)
    begin = one.now_s
    blocks: list[dict[str, Floats]] = []
    beats: list[set[float]] = [set() for _ in range(n)]
    breaths: list[set[float]] = [set() for _ in range(n)]
    shown: list[dict[str, list[float]]] = [{"hr": [], "rr": [], "pr": []} for _ in range(n)]
    for second in range(1, seconds + 1):
        reports = {w.name: r for w, r in one.advance(12.0)}
        for key, device in (("hr", "patch"), ("rr", "patch"), ("pr", "oximeter")):
            for i, value in enumerate(reports[device].readings[key].values):
                shown[i][key].append(round(float(value)))
        for i in range(n):
            beats[i] |= {t for t in (one.trains.beats.times[:, i] - begin).tolist() if 0 <= t < seconds}
            breaths[i] |= {t for t in (one.trains.breaths.times[:, i] - begin).tolist() if 0 <= t < seconds}
        if second % block_s == 0:
            drawn = one.draw(block_s)
            blocks.append({k: v.astype(float) * WAVEFORMS[k].scale for k, v in drawn.items()})
    return [
        Recording(
            person,
            seconds,
            {k: np.concatenate([b[k][i] for b in blocks]) for k in blocks[0]},
            np.array(sorted(beats[i])),
            np.array(sorted(breaths[i])),
            shown[i],
        )
        for i, person in enumerate(people)
    ]
