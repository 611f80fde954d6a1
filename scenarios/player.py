"""A stage against a clock: one line of simulated time, no drift, no bursts, the same bytes at any speed."""

from collections.abc import Callable
from dataclasses import replace
from math import ceil
from typing import Final, Literal

from broker import messages as m
from broker import topics
from broker.bus import Bus
from broker.clock import Clock
from broker.codec import encode
from broker.packets import Outgoing
from devices.ward import TICK_MS
from scenarios.stage import Stage
from vitals.time import ClockLine

FASTEST_WAVES: Final = 4.0
"""Waves are published up to this speed; above it nobody could look at them."""
TURN_S: Final = 0.05
"""So long other work has its turn after each burst, and a paused clock is looked at."""
LONGEST_TURN_S: Final = 0.1
"""So long a turn may compute before acknowledgements and orders are looked at."""
LEAST_BURST: Final = 5
"""Ticks: a second of simulated time at once, at most, while catching up at speed 1."""
BEHIND_MS: Final = 10_000
"""A clock that the computer cannot follow by so much wall time is set back."""
PATIENCE_MS: Final = 120_000
"""For so long a session taken up after a crash may take to catch up."""
LATE_MS: Final = 2000
"""Wave blocks older than this are not worth sending."""

End = Literal["ended", "stopped", "left"]


class Player:
    """Plays a stage onto a bus along a clock line.

    While ``catching_up`` (after a crash) it follows from afar: numerics only, in bounded bursts,
    without setting the clock back. ``told`` is given each new line. ``messages`` counts what was said,
    ``set_back`` how often the computer could not follow and the clock was set back.
    """

    def __init__(
        self,
        stage: Stage,
        bus: Bus,
        clock: Clock,
        line: ClockLine,
        *,
        catching_up: bool = False,
        told: Callable[[ClockLine], None] = lambda _: None,
    ) -> None:
        self.stage, self.line = stage, line
        self._bus, self._clock, self._told = bus, clock, told
        self._catching_up = catching_up
        self._patient_until_ms = clock.now_ms() + PATIENCE_MS
        self._end: End | None = None
        self.messages = self.set_back = 0

    async def run(self) -> End:
        """Play until the scenario ends or somebody stops it; say how it came."""
        self._say_clock()
        for emission in self.stage.hello():
            self._bus.publish(emission.sender, emission.out)
        while self._end is None and not self.stage.done:
            await self._clock.sleep(self._turn())
        return self._end or "ended"

    @property
    def behind_s(self) -> float:
        """By how many seconds of wall time what was said lags behind the clock."""
        behind_ms = self.line.simulated(self._clock.now_ms()) - self.stage.now_ms
        return max(0.0, behind_ms / self.line.speed / 1000)

    def change(self, *, speed: float | None = None, running: bool | None = None) -> None:
        """Go at another speed, pause or go on, from now."""
        self._set(self.line.changed(self._clock.now_ms(), speed=speed, running=running))

    def stop(self, end: End) -> None:
        """End at the next turn."""
        self._end = end

    def _set(self, line: ClockLine) -> None:
        self.line = line
        self._say_clock()
        self._told(line)

    def _say_clock(self) -> None:
        said = m.Clock(
            v=1,
            start=self.line.start_ms,
            wall=self.line.wall_ms,
            speed=self.line.speed,
            running=self.line.running,
        )
        topic = topics.clock(self.stage.site, self.stage.session)
        self._bus.publish("_clock", Outgoing(topic, encode(said), qos=1, retain=True))

    def _turn(self) -> float:
        """Play what is due, within bounds; return for how many seconds to rest."""
        now = self._clock.now_ms()
        behind_ms = self.line.simulated(now) - self.stage.now_ms
        late_ms = behind_ms / self.line.speed
        if late_ms <= LATE_MS or now > self._patient_until_ms:
            self._catching_up = False
        if abs(late_ms) > BEHIND_MS and not self._catching_up:
            self.set_back += 1
            self._set(replace(self.line, start_ms=self.stage.now_ms, wall_ms=now))
            return 0.0
        due = int(behind_ms // TICK_MS)
        self._play(min(due, self._burst()), waves=late_ms < LATE_MS)
        if due > self._burst():
            return TURN_S / 4
        return self._until_next()

    def _burst(self) -> int:
        return max(LEAST_BURST, ceil(1.5 * self.line.speed * 1000 * TURN_S / TICK_MS))

    def _until_next(self) -> float:
        wait_ms = self.line.wall(self.stage.now_ms + TICK_MS) - self._clock.now_ms()
        return min(max(wait_ms / 1000, 0.0), TURN_S)

    def _play(self, ticks: int, *, waves: bool) -> None:
        waves = waves and self.line.speed <= FASTEST_WAVES and not self._catching_up
        enough_s = self._clock.monotonic() + LONGEST_TURN_S
        for _ in range(ticks):
            if self.stage.done or self._clock.monotonic() > enough_s:
                return
            for emission in self.stage.tick(waves=waves):
                self._bus.publish(emission.sender, emission.out)
                self.messages += 1


def farewell(stage: Stage, bus: Bus, *, forget: bool) -> None:
    """Let every device say that it goes; ``forget`` also clears all that the session keeps retained."""
    why = "session ended" if forget else "simulation stopped"
    for patient in stage.patients:
        for device in patient.script.wears:
            place = (stage.site, stage.session, patient.bed, device)
            gone = m.Status(v=1, state="offline", t=stage.now_ms, why=why)
            out = Outgoing(topics.device(*place, "status"), encode(gone), qos=1, retain=True)
            bus.publish(f"{patient.bed}.{device}", out)
    if not forget:
        return
    for sender, topic in stage.retained():
        bus.publish(sender, Outgoing(topic, b"", qos=1, retain=True))
    clock = topics.clock(stage.site, stage.session)
    bus.publish("_clock", Outgoing(clock, b"", qos=1, retain=True))
