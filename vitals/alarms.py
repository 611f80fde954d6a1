"""Alarm conditions and alarm signals, without a clock: what is true, and what is shown of it.

A condition is in the patient or the device; a signal is what people see of it (IEC 60601-1-8). The
words for kind, priority and presence are those of ISO/IEEE 11073-10207 (BICEPS). Times are integer
milliseconds of the session's clock.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

from vitals.limits import AlarmLimit, Priority

Presence = Literal["On", "Off", "Latch", "Ack"]
Happening = Literal["begins", "worsens", "ends", "acknowledge"]
Kind = Literal["Phy", "Tec", "Oth"]

# Clinical reference 2.3. A latching alarm that ends unacknowledged stays, see ``follow``.
TRANSITIONS: Final[dict[tuple[Presence, Happening], Presence]] = {
    ("Off", "begins"): "On",
    ("On", "worsens"): "On",
    ("On", "ends"): "Off",
    ("On", "acknowledge"): "Ack",
    ("Ack", "worsens"): "On",
    ("Ack", "ends"): "Off",  # and is armed again
    ("Latch", "begins"): "On",
    ("Latch", "acknowledge"): "Off",
}


class NoSuchTransition(ValueError):  # noqa: N818 -- named for what the caller asked
    """Somebody asked an alarm for what its state does not know."""

    def __init__(self, presence: Presence, happening: Happening) -> None:
        known = sorted(h for p, h in TRANSITIONS if p == presence)
        super().__init__(f"an alarm that is {presence} knows {known}, not {happening!r}")


def follow(presence: Presence, happening: Happening, *, latch: bool = False) -> Presence:
    """Return the presence that follows; raise ``NoSuchTransition`` for what has no place."""
    if latch and (presence, happening) == ("On", "ends"):
        return "Latch"
    try:
        return TRANSITIONS[presence, happening]
    except KeyError:
        raise NoSuchTransition(presence, happening) from None


@dataclass(frozen=True, slots=True)
class Cause:
    """What is true now: the step of its badness (0 the mildest), its priority, since when, the text."""

    step: int
    priority: Priority
    onset: int
    text: str
    value: float | None = None
    limit: float | None = None


@dataclass(slots=True)
class AlarmSignal:
    """What is shown of one condition of one patient or device.

    ``seq`` counts the changes of presence, step and priority, so that a person acknowledges what
    was on the screen; a fresher figure in the text is no change.
    """

    id: str
    kind: Kind = "Phy"
    latch: bool = False
    presence: Presence = "Off"
    seq: int = 0
    cause: Cause | None = None
    """The present cause, or the last one of a signal that is latched or off."""
    ended: int | None = None
    by: str | None = None

    def update(self, cause: Cause | None, now: int) -> bool:
        """Take what is true ``now`` (``None``: nothing); return whether the signal changed.

        While the step stays the same, so does the onset.
        """
        if cause is None:
            return self._end(now)
        before, self.cause = self.cause, cause
        if before is None or self.presence in {"Off", "Latch"}:
            return self._change("begins")
        if cause.step > before.step:
            return self._change("worsens")
        if cause.step == before.step:
            self.cause = replace(cause, onset=before.onset)
        if (cause.step, cause.priority) == (before.step, before.priority):
            return False
        self.seq += 1
        return True

    def acknowledge(self, by: str) -> None:
        """Acknowledge in the name of ``by``; raise ``NoSuchTransition`` where nothing waits for it."""
        self._change("acknowledge")
        self.by = by

    def _end(self, now: int) -> bool:
        if self.presence in {"Off", "Latch"}:
            return False
        self._change("ends")
        self.ended = now
        return True

    def _change(self, happening: Happening) -> bool:
        self.presence = follow(self.presence, happening, latch=self.latch)
        self.seq += 1
        if self.presence == "On":
            self.ended = self.by = None
        return True


class AlarmCondition:
    """Whether one metric has been beyond its limits for long enough.

    A level holds once its condition has lasted the level's delay without a break; it ends when the
    value is inside the limit by the margin and, with ``release_s``, has stayed there so long. A
    value that is not known breaks a delay that runs and leaves what holds. Levels hold together,
    the worst is what counts.
    """

    __slots__ = ("_back", "_now", "_rough", "_since", "_value", "limit")

    def __init__(self, limit: AlarmLimit) -> None:
        self.limit = limit
        self._since: list[int | None] = [None] * len(limit.levels)
        self._back: list[int | None] = [None] * len(limit.levels)
        self._value = [0.0] * len(limit.levels)
        self._rough = [False] * len(limit.levels)
        self._now = -(2**63)

    def feed(self, value: float | None, t: int, *, at_least: bool = False) -> None:
        """Take the ``value`` measured at ``t``; an earlier ``t`` than the last counts as the last.

        ``at_least`` says that the true value may be more: then what is not beyond is not known.
        """
        t = self._now = max(t, self._now)
        for i, level in enumerate(self.limit.levels):
            beyond = value is not None and self.limit.beyond(value, level.limit)
            if value is None or (at_least and not beyond):
                self._back[i] = None
                if not self._holds(i, t):
                    self._since[i] = None
            elif beyond:
                self._since[i] = t if self._since[i] is None else self._since[i]
                self._back[i], self._value[i], self._rough[i] = None, value, at_least
            elif not self._holds(i, t):
                self._since[i] = self._back[i] = None
            elif self.limit.inside(value, level.limit):
                self._back[i] = t if self._back[i] is None else self._back[i]
                self._release(i, t)
            else:
                self._back[i] = None

    def clear(self) -> None:
        """Forget everything: the value is lost, or the limit does not apply any more."""
        n = len(self.limit.levels)
        self._since, self._back = [None] * n, [None] * n

    def resume(self, step: int, onset: int, value: float) -> None:
        """Hold levels up to ``step`` since ``onset``, as a former run of the program left them."""
        for i in range(min(step + 1, len(self.limit.levels))):
            self._since[i], self._value[i] = onset, value

    @property
    def idle(self) -> bool:
        """Whether no level holds nor may come to hold by mere waiting."""
        return all(since is None for since in self._since)

    def cause(self, now: int, *, label: str = "") -> Cause | None:
        """Return the worst level that holds at ``now`` with the last value beyond it, or ``None``."""
        for i in reversed(range(len(self.limit.levels))):
            self._release(i, now)
            since = self._since[i]
            if since is not None and self._holds(i, now):
                level = self.limit.levels[i]
                text = self.limit.text(self._value[i], level.limit, label, at_least=self._rough[i])
                return Cause(i, level.priority, since, text, self._value[i], level.limit)
        return None

    def _holds(self, i: int, now: int) -> bool:
        since = self._since[i]
        return since is not None and now - since >= self.limit.levels[i].delay_s * 1000

    def _release(self, i: int, now: int) -> None:
        back = self._back[i]
        if back is not None and now - back >= self.limit.release_s * 1000:
            self._since[i] = self._back[i] = None
