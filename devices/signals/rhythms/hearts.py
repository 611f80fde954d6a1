"""The hearts of a ward that do not simply beat: rows of numbers, in which programs live (``living``)."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from devices import kernels
from devices.arrays import Floats, Ints
from devices.randomness import generator
from devices.signals.events import Events
from devices.signals.marks import Marks
from devices.signals.rhythms import heart as h
from devices.signals.rhythms import living, programs
from devices.signals.rhythms.programs import ASLEEP, AT_ONCE, HEEDING, SLEEPS_S, WHICH, A, Program

NOBODY_S: Final = 1e18
"""So long sleeps the second program of a heart that has but one, and a device that is not there."""
NONE: Final = -1
LARGEST: Final = 3.0
"""No chance is further from the mean, in standard deviations."""


class Hearts:
    """The hearts of a ward that have programs, and those that had: a heart keeps its chances."""

    def __init__(self, seed: int, beds: Sequence[str]) -> None:
        self._seed, self._beds = seed, tuple(beds)
        self._rows: dict[int, int] = {}
        """Of each bed whose heart ever had a program."""
        self._dice: list[np.random.Generator] = []
        self._hearts, self._owns = np.zeros((0, h.WIDTH)), np.zeros((0, programs.WIDTH))
        self._going: Ints = np.zeros(0, np.int64)
        self._views: tuple[Any, Any] = [], []
        """The same rows as plain Python reads and writes them soonest."""

    def __bool__(self) -> bool:
        """Say whether a heart has a program now, or a device."""
        return self._going.size > 0

    def end(self, bed: int) -> None:
        """Let a heart simply beat, without a device."""
        self._going = self._going[self._going != self._rows.get(bed, NONE)]

    def fire(self, bed: int, start_s: float, *, on: bool) -> None:
        """Let a device fire evenly that moves no heart, or no longer."""
        row = self._rows.get(bed, NONE)
        fires = row in self._going and self._hearts[row, h.FIRES_S] < NOBODY_S
        if on and not fires:
            if row not in self._going:
                self.begin(bed, (), start_s, start_s, 1.0)
            self._hearts[self._rows[bed], h.FIRES_S] = start_s
        elif fires and not on:
            self._hearts[row, h.FIRES_S] = NOBODY_S

    def begin(
        self, bed: int, does: Sequence[Program], start_s: float, last_s: float, interval_s: float
    ) -> None:
        """Give a heart its one program or two, or none.

        Its ventricles beat at ``last_s`` last; while none of them says more, each ``interval_s``.
        """
        row = self._row(bed)
        heart, owns = self._hearts[row], self._owns[2 * row : 2 * row + 2]
        heart[: h.NORMALS_USED] = 0.0
        heart[h.COMING : h.NORMAL] = 0.0
        heart[h.BED], heart[h.INTERVAL_S], heart[h.LAST_S] = bed, interval_s, last_s
        heart[h.FIRES_S] = NOBODY_S
        owns[:] = 0.0
        owns[:, WHICH], owns[:, SLEEPS_S] = NONE, NOBODY_S
        for own, program in zip(owns, does, strict=False):
            own[WHICH], own[A : A + len(program.told)] = program.which, program.told
            own[SLEEPS_S] = start_s + (0.0 if program.which in AT_ONCE else interval_s)
            if program.which in HEEDING:
                own[SLEEPS_S] = ASLEEP
        self.end(bed)
        self._going = np.append(self._going, row)

    def second(  # noqa: PLR0913, PLR0917
        self,
        until_s: float,
        fired: Floats,
        state: Floats,
        pull: Floats,
        body: Floats,
        acts: Floats,
        atria: Marks,
        spikes: Marks,
        train: Events,
    ) -> None:
        """Let the second after ``until_s`` pass; put beats into ``train``, and mark the rest."""
        going, room = self._going, h.MOST * self._going.size
        hearts, owns = (self._hearts, self._owns) if kernels.compiled() else self._views
        waves, waves_known = atria.room(room)
        fires, fires_known = spikes.room(room)
        times, values, count, last = train.times, train.values, train.count, train.latest()
        if living.second(
            until_s, going, hearts, owns, fired, state, pull, body, acts,
            waves, waves_known, fires, fires_known, times, values, count, last,
        ):  # fmt: skip
            for row in going.tolist():
                self._draw(row, h.SPARE)

    def _row(self, bed: int) -> int:
        """Return the row of a bed, made if there is none."""
        if bed not in self._rows:
            row = self._rows[bed] = len(self._rows)
            self._dice.append(generator(self._seed, self._beds[bed], "rhythm"))
            self._hearts = np.concatenate((self._hearts, np.zeros((1, h.WIDTH))))
            self._owns = np.concatenate((self._owns, np.zeros((2, programs.WIDTH))))
            self._hearts[row, [h.NORMALS_USED, h.EVENS_USED]] = h.AHEAD
            self._draw(row, h.AHEAD)
            self._views = [memoryview(x.data) for x in self._hearts], [memoryview(x.data) for x in self._owns]
        return self._rows[bed]

    def _draw(self, row: int, left: int) -> None:
        """Let a heart draw anew what it has used, if it has no more than ``left`` left."""
        heart, dice = self._hearts[row], self._dice[row]
        for first, at, normal in ((h.NORMAL, h.NORMALS_USED, True), (h.EVEN, h.EVENS_USED, False)):
            used, numbers = int(heart[at]), heart[first : first + h.AHEAD]
            if used > h.AHEAD - left or used == h.AHEAD:
                drawn = dice.standard_normal(used).clip(-LARGEST, LARGEST) if normal else dice.random(used)
                numbers[:] = np.concatenate((numbers[used:], drawn))
                heart[at] = 0.0
