"""What a ward's devices show, second by second: a listener that scores as a screen would."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from broker import codec
from broker import messages as m
from broker.bus import MemoryBus
from scenarios import library
from scenarios.headless import play
from scenarios.loader import loaded_or_raise
from vitals.news2 import News2, Scale, score

SCORED = {"rr": "rr", "spo2": "spo2", "nibp_sys": "sbp", "hr": "pulse", "temp": "temp"}


@dataclass(slots=True)
class Moment:
    """What is seen of one bed at one second: the score, the readings, the truth."""

    t_s: float
    score: News2
    readings: dict[str, m.Reading]
    truth: m.TrueState


@dataclass(slots=True)
class Shown:
    """What stands on a bed's screen; only valid values count in the score."""

    scale: Scale = 1
    valid: dict[str, float] = field(default_factory=dict)
    readings: dict[str, m.Reading] = field(default_factory=dict)
    acvpu: str | None = None
    oxygen: bool | None = None
    moments: list[Moment] = field(default_factory=list)
    offline: dict[str, list[float]] = field(default_factory=dict)

    def take(self, message: object, device: str, t_s: float) -> None:
        """Take one message as a screen does."""
        match message:
            case m.PersonInfo():
                self.scale = message.scale
            case m.Num():
                self._read(message.m.items())
            case m.ChartObs():
                chart = {
                    k: r for k, r in message.m.items() if k in {"nibp_sys", "temp"} and k not in self.valid
                }
                self._read(chart.items())
                self.acvpu, self.oxygen = message.acvpu, message.oxygen != "air"
            case m.Status(state="offline"):
                self.offline.setdefault(device, []).append(t_s)
            case m.TrueState():
                self.moments.append(Moment(t_s, self.score(), dict(self.readings), message))

    def _read(self, readings: Iterable[tuple[str, m.Reading]]) -> None:
        for key, reading in readings:
            self.readings[key] = reading
            if reading.v is not None and reading.q in {"Vld", "Vldated"}:
                self.valid[key] = reading.v

    def score(self) -> News2:
        """Return the score of what is shown and valid."""
        shown = {ours: self.valid.get(key) for key, ours in SCORED.items()}
        return score(**shown, oxygen=self.oxygen, acvpu=self.acvpu, scale=self.scale)


def seen(name: str, *, seed: int, seconds: float, beds: int | None = None) -> dict[str, Shown]:
    """Play a scenario of the library and return what each bed's screen shows."""
    scenario = loaded_or_raise(library.text(name))
    bus = MemoryBus()
    play(scenario, bus, seed=seed, seconds=seconds, beds=beds)
    out: dict[str, Shown] = {}
    now_s = 0.0
    for _, said in bus.sent:
        got = codec.decode(said.topic, said.payload)
        assert isinstance(got, codec.Accepted), got
        now_s = max(now_s, ((getattr(got.message, "t", None) or 0) - scenario.start) / 1000)
        out.setdefault(got.topic.subject, Shown()).take(got.message, got.topic.device, now_s)
    return out
