"""The train of beats: the sinus node's discharges, and what each bed's rhythm makes of them.

The node is an integrator of the body's rate with its variability. Where a rhythm has no program each
discharge is a beat, for the whole ward at once; the others' hearts (``rhythms``) run one by one.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from devices.arrays import Bools, Floats, Ints
from devices.physiology.bounds import within
from devices.randomness import Draws, generator
from devices.signals import variability
from devices.signals.breathing import on_pulse
from devices.signals.dipole import ATRIAL_S
from devices.signals.drive import Drive
from devices.signals.events import Events
from devices.signals.phase import CELLS, NODES, RAMP, crossings
from devices.signals.rhythms import RHYTHMS, SINUS, TRACKS, Heart, Rhythm
from devices.signals.under import Marks, Under

ARRIVAL_S: Final = 0.24
ARRIVAL_S_MMHG: Final = -0.001
"""Pulse arrival at the finger after R, and its change per mmHg of systolic pressure (reference 8.8)."""
EARLIEST_S, LATEST_S = 0.12, 0.35
"""Bounds of the arrival (*heuristic*)."""
FULL_PULSE_PERCENT: Final = 3.0
"""The perfusion index at which a pulse is drawn with height 1."""
PEAK_TO_SD: Final = 2.0**0.5
DEAD_S, FILLS_S = 0.24, 0.16
"""A ventricle begins to fill so long after a beat, and with this time constant (*heuristic*)."""
OPENS: Final = 0.55
"""A stroke of less than this share of a typical one opens no valve: no pulse (*heuristic*, set to the
deficit of 10 to 30 /min of fast fibrillation, clinical reference 7.21)."""
SHORTEST_S, LONGEST_S = 0.2, 3.0
MOST_SWING: Final = 0.4
"""No rate swings by more than this share of itself, by breathing or by the slower rhythms."""
FADED: Final = 0.2
"""What is left of fibrillation that has gone fine."""


class Beating:
    """The beats of the ward.

    A beat has the ``root`` of the mean RR interval (√s), the height of its ``pulse`` and its
    ``arrival`` (s) at the finger, its ``strength`` (about 1) and its ``kind``. Atrial waves that are not
    part of a beat, and pacemakers' spikes, are trains of their own.

    ``variability_of`` a person is SDNN (ms) and the rate at rest (/min), ``[N]`` each.
    """

    def __init__(
        self,
        seed: int,
        beds: Sequence[str],
        variability_of: tuple[Floats, Floats],
        phase: Floats,
        start_s: float,
    ) -> None:
        n = len(beds)
        self.beats = Events(n, 64, ("root", "pulse", "arrival", "strength", "kind"))
        self.beats.stored("root")[:] = 1.0  # of beats before the first
        self.atria = Events(n, 96, ("kind",))
        self.spikes = Events(n, 64, ("kind",))
        self.rhythms: list[str] = ["sinus"] * n
        self.track: Ints = np.zeros(n, np.int64)
        self._seed, self._beds = seed, tuple(beds)
        self._until_s = float(start_s)
        self._slow = variability.Variability(Draws(seed, beds, "heart", 510), n)
        self._phase, self._last_beat = phase, np.full(n, self._until_s)
        self._ease = variability.Ease(*variability_of)
        self._rate: Floats | None = None
        self._kind = np.full(n, float(SINUS))
        self._breathing, self._pulse, self._going = np.ones(n), np.ones(n), np.ones(n)
        self._low, self._high, self._beats = np.zeros(n), np.full(n, 300.0), np.ones(n)
        self._ratio, self._atrial = np.ones(n), np.zeros(n)
        self._since, self._fades = np.zeros(n), np.full(n, np.inf)
        self._hearts: dict[int, Heart] = {}
        self._rngs: dict[int, np.random.Generator] = {}
        self._marked = False
        self._plain = Under.nothing(n)
        self._odd = False

    # --- what a script says ------------------------------------------------------------------------

    def beat_in(self, bed: int, rhythm: str, *, pulse: bool = True) -> None:
        """Give a bed a rhythm of ``RHYTHMS``; raise ``ValueError`` naming them.

        Without ``pulse`` it is electrical activity alone.
        """
        if rhythm not in RHYTHMS:
            raise ValueError(f"the rhythms are {', '.join(RHYTHMS)}, not {rhythm!r}")
        r: Rhythm = RHYTHMS[rhythm]
        moved = r.pulse if pulse else 0.0
        if self.rhythms[bed] == rhythm and self._pulse[bed] == moved:
            return
        if self.rhythms[bed] != rhythm:
            self._phase[bed] = 0.0  # the node begins anew: no two beats at once
        self.rhythms[bed] = rhythm
        self.track[bed] = TRACKS.index(r.track)
        self._kind[bed], self._breathing[bed] = r.kind, r.breathing
        self._pulse[bed] = moved
        self._going[bed], self._beats[bed] = bool(r.programs) or not r.stopped, not r.stopped
        self._low[bed], self._high[bed] = r.bounds
        self._ratio[bed], self._atrial[bed] = r.ratio, r.atria
        self._since[bed], self._fades[bed] = self._until_s, r.fades or np.inf
        self._hearts.pop(bed, None)
        if r.programs:
            rng = self._rngs.setdefault(bed, generator(self._seed, self._beds[bed], "rhythm"))
            self._hearts[bed] = Heart(r.programs, rng, self._until_s, float(self._last_beat[bed]))
        self._odd = any(name != "sinus" for name in self.rhythms)

    def hold(self, hr: Floats) -> None:
        """Hold the body's rate ``[N]``, in place, within what the rhythms allow."""
        if self._odd:
            hr[:] = within(hr, self._low, self._high) * self._beats

    def under(self, start_s: float, length_s: float) -> Under:
        """Return what there is to draw beside whole beats, from ``start_s`` on."""
        if not (self._odd or self._marked):
            return self._plain
        faded = np.maximum(1.0 - (1.0 - FADED) * np.maximum(start_s - self._since, 0.0) / self._fades, FADED)
        if not self._marked:
            return Under(self.track, faded, Marks(), Marks())
        end_s = start_s + length_s
        atria = Marks.of(self.atria, start_s - ATRIAL_S, end_s + ATRIAL_S)
        return Under(self.track, faded, atria, Marks.of(self.spikes, start_s, end_s))

    # --- time --------------------------------------------------------------------------------------

    def second(self, drive: Drive, pull: Floats) -> None:
        """Add the beats of the next second; ``pull`` ``[6, N]`` is breathing's at its nodes."""
        hr = drive.hr
        node = hr
        if self._odd:
            hr = within(hr, self._low, self._high)
            node = np.where(self._atrial > 0.0, self._atrial, hr * self._ratio) * self._going
        rows, cells, times = self._discharges(node, pull)
        typical = 60.0 / np.maximum(hr, 20.0)
        kind, whole = self._kind.take(rows), None
        if self._hearts:
            rows, times, kind, whole = self._programmed(rows, times, hr, node)
            cells = np.clip(((times - self._until_s) * CELLS).astype(np.int64), 0, CELLS)
        typical = typical.take(rows)
        strength = filling(self._intervals(rows, times)) / filling(typical)
        if self._odd:
            strength = self._ejected(strength if whole is None else strength * whole, rows)
        strength *= 1.0 - on_pulse(drive).take(rows) * pull.take(cells * hr.size + rows)
        self.beats.add(
            rows,
            times,
            (
                within(np.sqrt(typical), 0.45, 1.4),
                np.minimum(drive.pi.take(rows) / FULL_PULSE_PERCENT, 2.0) * strength,
                within(ARRIVAL_S + ARRIVAL_S_MMHG * (drive.sbp.take(rows) - 120.0), EARLIEST_S, LATEST_S),
                strength,
                kind,
            ),
        )
        self._until_s += 1.0

    def _ejected(self, strength: Floats, rows: Ints) -> Floats:
        """Return what of each stroke leaves the heart, and reaches the arteries in its rhythm."""
        return np.where(strength < OPENS, 0.0, strength) * self._pulse.take(rows)

    def _discharges(self, node_bpm: Floats, pull: Floats) -> tuple[Ints, Ints, Floats]:
        """Return (beds, cells, times) of the sinus nodes' discharges in this second."""
        slow = self._slow.step()
        spread = self._ease.spread(node_bpm)
        if self._odd:
            spread = spread * self._breathing
        rate = node_bpm / 60.0
        last = rate * (1.0 + within(spread * slow, -MOST_SWING, MOST_SWING))
        first = last if self._rate is None else self._rate
        phase = np.empty((CELLS + 1, rate.size))
        phase[0] = 0.0
        np.add.accumulate(pull[1:] + pull[:-1], axis=0, out=phase[1:])
        phase *= np.minimum(PEAK_TO_SD * variability.HIGH * spread, MOST_SWING) * rate * (0.5 / CELLS)
        phase += NODES * first
        phase += RAMP * (last - first)
        phase += self._phase
        rows, cells, when = crossings(phase)
        self._phase, self._rate = phase[-1] % 1.0, last
        return rows, cells, self._until_s + when

    def _programmed(
        self, rows: Ints, times: Floats, hr: Floats, node: Floats
    ) -> tuple[Ints, Floats, Floats, Floats]:
        """Return (beds, times, kinds, how whole) of all beats, those of programmed hearts among them."""
        fired: dict[int, list[float]] = {bed: [] for bed in self._hearts}
        plain = np.ones(rows.size, bool)
        for i, bed in enumerate(rows.tolist()):
            if bed in fired:
                fired[bed].append(float(times[i]))
                plain[i] = False
        beats: list[tuple[int, float, int, float]] = []
        for bed, heart in self._hearts.items():
            sinus_s = 60.0 / max(float(node[bed]), 1.0)
            made = heart.second(fired[bed], self._until_s + 1.0, float(hr[bed]), sinus_s)
            beats += [(bed, t, kind, whole) for t, kind, whole in made]
        self._mark()
        own = np.array(beats).reshape(-1, 4)
        kept = rows[plain]
        rows = np.concatenate([kept, own[:, 0].astype(np.int64)])
        times = np.concatenate([times[plain], own[:, 1]])
        kind = np.concatenate([self._kind[kept], own[:, 2]])
        whole = np.concatenate([np.ones(kept.size), own[:, 3]])
        order = np.lexsort((times, rows))
        return rows[order], times[order], kind[order], whole[order]

    def _mark(self) -> None:
        """Take what the hearts' atria and pacemakers did into their trains."""
        atria = [(bed, t, kind) for bed, h in self._hearts.items() for t, kind in h.take_atria()]
        spikes = [(bed, t, 0) for bed, h in self._hearts.items() for t in h.take_spikes()]
        for events, made in ((self.atria, atria), (self.spikes, spikes)):
            if made:
                self._marked = True
                made.sort()
                found = np.array(made, float)
                events.add(found[:, 0].astype(np.int64), found[:, 1], (found[:, 2],))

    def _intervals(self, rows: Ints, times_s: Floats) -> Floats:
        """Return the time since the beat before, of new beats sorted by bed and time."""
        before = self._last_beat.take(rows)
        if rows.size > 1:
            again: Bools = rows[1:] == rows[:-1]
            np.copyto(before[1:], times_s[:-1], where=again)
        self._last_beat[rows] = times_s  # the last of a bed's beats stays
        return within(times_s - before, SHORTEST_S, LONGEST_S)


def filling(interval_s: Floats) -> Floats:
    """Return how well a ventricle fills in ``interval_s``, 0 to 1 (*heuristic*): early beats are weak."""
    return np.asarray(1.0 - np.exp(np.minimum((DEAD_S - interval_s) / FILLS_S, -0.02)))
