"""The train of beats: the sinus node's discharges, and what each bed's rhythm makes of them.

The node is an integrator of the body's rate with its variability. Where a rhythm has no program each
discharge is a beat; what the others' hearts make of theirs say ``rhythms``.
"""

from collections.abc import Sequence

import numpy as np

from devices.arrays import Floats, Ints
from devices.randomness import Draws
from devices.signals import beats
from devices.signals.dipole import ATRIAL_S
from devices.signals.events import NEVER, Events
from devices.signals.marks import Marks
from devices.signals.phase import CELLS
from devices.signals.rhythms import RHYTHMS, SINUS, TRACKS, Rhythm
from devices.signals.rhythms.hearts import Hearts
from devices.signals.under import Under


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
        self.beats = Events(n, 64, beats.NAMES)
        self.beats.stored("root")[:] = 1.0  # of beats before the first
        self.atria, self.spikes = Marks(), Marks()
        self.rhythms: list[str] = ["sinus"] * n
        self.track: Ints = np.zeros(n, np.int64)
        self._until_s = float(start_s)
        self._draws = Draws(seed, beds, "heart", 255)
        sdnn_ms, resting_bpm = variability_of
        self._state = state = np.zeros((n, beats.STATE))
        state[:, beats.PHASE], state[:, beats.LAST_HZ] = phase, -1.0
        state[:, beats.LAST_BEAT_S] = self._until_s
        state[:, beats.REST_BPM] = resting_bpm
        state[:, beats.SPREAD_AT_REST] = sdnn_ms / 60_000.0 * resting_bpm
        state[:, beats.HIGH_BPM], state[:, beats.KIND] = 300.0, SINUS
        state[:, [beats.RATIO, beats.GOING, beats.MOVES, beats.BREATHING, beats.PULSE]] = 1.0
        self._fired = np.full((n, CELLS), NEVER)
        self._since, self._fades = np.zeros(n), np.full(n, np.inf)
        self._hearts = Hearts(seed, beds)
        self._plain = Under.nothing(n)
        self._odd = False
        self._tracked: Ints = np.zeros(0, np.int64)

    # --- what a script says ------------------------------------------------------------------------

    def beat_in(self, bed: int, rhythm: str, *, pulse: bool = True) -> None:
        """Give a bed a rhythm of ``RHYTHMS``; raise ``ValueError`` naming them.

        Without ``pulse`` it is electrical activity alone.
        """
        if rhythm not in RHYTHMS:
            raise ValueError(f"the rhythms are {', '.join(RHYTHMS)}, not {rhythm!r}")
        r: Rhythm = RHYTHMS[rhythm]
        moved = r.pulse if pulse else 0.0
        own = self._state[bed]
        if self.rhythms[bed] == rhythm and own[beats.PULSE] == moved:
            return
        if self.rhythms[bed] != rhythm:
            own[beats.PHASE] = 0.0  # the node begins anew: no two beats at once
        self.rhythms[bed] = rhythm
        self.track[bed] = TRACKS.index(r.track)
        own[beats.KIND], own[beats.BREATHING], own[beats.PULSE] = r.kind, r.breathing, moved
        own[beats.GOING], own[beats.MOVES] = bool(r.programs) or not r.stopped, not r.stopped
        own[beats.LOW_BPM], own[beats.HIGH_BPM] = r.bounds
        own[beats.RATIO], own[beats.RATIO_RISES], own[beats.ATRIAL_BPM] = r.ratio, r.ratio_rises, r.atria
        own[beats.PROGRAM] = bool(r.programs)
        self._since[bed], self._fades[bed] = self._until_s, r.fades or np.inf
        self._hearts.end(bed)
        if r.programs:
            interval_s = 60.0 / max(
                min(max(float(own[beats.HELD_BPM]), r.bounds[0]), r.bounds[1]), beats.SLOWEST_BPM
            )
            last_s = float(own[beats.LAST_BEAT_S])
            self._hearts.begin(bed, r.programs, self._until_s, last_s, interval_s)
        self._odd = any(name != "sinus" for name in self.rhythms)
        self._tracked = np.nonzero(self.track)[0]

    def fire(self, bed: int, *, on: bool) -> None:
        """Let a pacemaker that does not capture fire in whatever rhythm a bed is, or no longer."""
        self._hearts.fire(bed, self._until_s, on=on)

    def hold(self, hr: Floats) -> None:
        """Hold the body's rate ``[N]``, in place, within what the rhythms allow."""
        if self._odd:
            beats.hold(hr, self._state)

    def under(self, start_s: float, length_s: float) -> Under:
        """Return what there is to draw beside whole beats, from ``start_s`` on."""
        end_s = start_s + length_s
        atria = self.atria.between(start_s - ATRIAL_S, end_s + ATRIAL_S)
        spikes = self.spikes.between(start_s, end_s)
        if not (self._tracked.size or len(atria) or len(spikes)):
            return self._plain
        return Under(self._tracked, self.track, self._since, self._fades, atria, spikes)

    # --- time --------------------------------------------------------------------------------------

    def second(self, body: Floats, acts: Floats, pull: Floats) -> None:
        """Add the beats of the next second: ``body`` and ``acts`` have what ``drive`` names.

        ``pull`` ``[N, 6]`` is breathing's at the second's nodes.
        """
        until_s, (chance, at), train = self._until_s, self._draws.take(3), self.beats
        state, fired, values, last = self._state, self._fired, train.values, train.latest()
        beats.second(
            until_s, body, acts, chance, at, state, pull, fired, train.times, values, train.count, last
        )
        if self._hearts:
            self._hearts.second(until_s, fired, state, pull, body, acts, self.atria, self.spikes, train)
        self._until_s += 1.0
