"""What devices suffer, as the renderer wants to know it: by patient, not by device.

A swapped patch takes its loose electrode along. Patch and bedside monitor sit on the same chest, so what
spoils one's trace spoils the patient's trace.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from devices.arrays import Bools, Floats
from devices.signals import artefacts, ecg, pleth, respiration
from devices.signals.artefacts import Disturbance
from devices.wearables.monitor import Monitor
from devices.wearables.oximeter import Oximeter
from devices.wearables.patch import STEPS_A_BREATH, Patch
from devices.wearables.wearable import NOBODY, Wearable

LOOSE: Final = frozenset(("lead-off", NOBODY))
"""What takes the electrodes off."""


def disturbance(
    wearables: Mapping[str, Wearable], calm: Disturbance, squeezed: Bools | None = None
) -> Disturbance:
    """Return how much worse than ``calm`` the waves of the wearables' patients are.

    Of those ``squeezed`` ``[N]`` a cuff has shut the arm whose pulse is drawn.
    """
    if squeezed is None and not any(w.troubled for w in wearables.values()):
        return calm
    chests, fingers = list(_chests(wearables)), list(_fingers(wearables))
    if squeezed is None and not chests and not fingers:
        return calm
    n = len(calm.loose)
    shaken, step_hz = _motion(chests, n)
    finger, hand_hz = _motion(fingers, n)
    gain, loose = np.ones(n), np.zeros(n, bool)
    for one in fingers:
        gain = np.minimum(gain, one.on_bodies(one.gain()))
    if squeezed is not None:
        gain = np.where(squeezed, 0.0, gain)
    for chest in chests:
        if not chest.present.isdisjoint(LOOSE):
            loose |= chest.on_bodies(chest.off())
    return Disturbance(
        {ecg.KEY: shaken, respiration.KEY: shaken, pleth.KEY: finger},
        gain,
        {ecg.KEY: step_hz, respiration.KEY: step_hz / STEPS_A_BREATH, pleth.KEY: hand_hz},
        loose,
        _noise([*chests, *fingers]),
        _mains_hz(chests, n),
    )


def damped(wearables: Mapping[str, Wearable]) -> Bools | None:
    """Return whose arterial line is damped, ``None`` if nobody's is."""
    monitor = wearables.get("monitor")
    if monitor is None or not monitor.faults["damped-line"].any():
        return None
    where: Bools = monitor.on_bodies(monitor.faults["damped-line"])
    return where


def _chests(wearables: Mapping[str, Wearable]) -> Iterator[Patch]:
    for one in wearables.values():
        if not one.troubled:
            continue
        if isinstance(one, Patch):
            yield one
        elif isinstance(one, Monitor):
            yield one.chest


def _fingers(wearables: Mapping[str, Wearable]) -> Iterator[Oximeter]:
    for one in wearables.values():
        if not one.troubled:
            continue
        if isinstance(one, Oximeter) and one.waves:
            yield one
        elif isinstance(one, Monitor):
            yield one.finger


def _motion(devices: Sequence[Wearable], n: int) -> tuple[Floats, Floats]:
    """Return (who is moved, how often a second), ``[N]`` each."""
    moved, hz = np.zeros(n), np.full(n, 110.0 / 60.0)
    for device in [d for d in devices if "motion" in d.present]:
        here = device.on_bodies(device.faults["motion"])
        moved = np.maximum(moved, here)
        hz = np.where(here, device.on_bodies(device.parameters["cadence_bpm"] / 60.0), hz)
    return moved, hz


def _mains_hz(chests: Sequence[Patch], n: int) -> Floats:
    """Return what hums where a chest hears the mains, ``[N]``."""
    hz = np.full(n, artefacts.MAINS_HZ)
    for chest in [c for c in chests if artefacts.HUM in c.present]:
        here = chest.on_bodies(chest.faults[artefacts.HUM])
        hz = np.where(here, chest.on_bodies(chest.parameters["mains_hz"]), hz)
    return hz


def _present(device: Wearable) -> dict[str, Bools]:
    """Return the faults that are there, where."""
    return {kind: device.faults[kind] for kind in device.present if kind in device.faults}


def _noise(devices: Sequence[Wearable]) -> dict[str, Floats]:
    noise: dict[str, Floats] = {}
    for device in devices:
        for kind, level in artefacts.levels(_present(device)).items():
            here = device.on_bodies(level)
            noise[kind] = np.maximum(noise[kind], here) if kind in noise else here
    return noise
