"""Drives the pure watch by a wall clock that the test turns."""

from typing import Any

import msgspec

from broker import messages as m
from broker import topics
from broker.codec import Accepted, decode, encode
from broker.packets import Outgoing
from broker.station.watch import Watch
from vitals.news2 import Scale

SITE, SESSION, BED = "t", "s-1", "bed01"
START_MS = 1_768_469_400_000
WALL_MS = 1_790_000_000_000
NORMAL: dict[str, Any] = {"hr": 72.0, "rr": 16.0, "spo2": 97.0, "temp": 36.8, "nibp_sys": 122.0}
UNITS = {
    "hr": "/min", "pr": "/min", "rr": "/min", "spo2": "%", "temp": "Cel", "nibp_sys": "mm[Hg]",
    "abp_sys": "mm[Hg]", "pr_nibp": "/min", "etco2": "mm[Hg]", "o2_flow": "L/min",
}  # fmt: skip


class Driver:
    """A watch with a session, its time and what it published."""

    def __init__(self, *, speed: float = 1.0, session: str = SESSION, clock: bool = True) -> None:
        self.watch = Watch(SITE)
        self.session = session
        self.wall = WALL_MS
        self.speed = speed
        self.seq = 0
        self.alarms: list[tuple[str, m.Alarm | None]] = []
        self.scores: list[m.Score] = []
        self.retained: dict[str, bytes] = {}
        if clock:
            self.clock()

    def clock(self, *, running: bool = True) -> None:
        """Publish the session's clock line."""
        line = m.Clock(v=1, start=self.now, wall=self.wall, speed=self.speed, running=running)
        self.feed(topics.clock(SITE, self.session), line)

    @property
    def now(self) -> int:
        """The session's time."""
        return self.watch.session(self.session).clock.now(self.wall) if self._has_line() else START_MS

    def _has_line(self) -> bool:
        return self.session == topics.LIVE or self.watch.session(self.session).clock.line is not None

    def feed(self, topic: str, message: m.Message, *, retain: bool = False) -> None:
        """Give the watch a message as the wire would."""
        got = decode(topic, encode(message))
        assert isinstance(got, Accepted), got
        self.take(self.watch.feed(got.topic, got.message, self.wall, retain=retain))

    def take(self, published: list[Outgoing]) -> None:
        """Note what the watch published."""
        for out in published:
            place = topics.parse(out.topic)
            assert place is not None
            assert out.qos == 1
            assert out.retain
            if out.payload:
                self.retained[out.topic] = out.payload
            else:
                self.retained.pop(out.topic, None)
            if place.kind == "alarm":
                alarm = msgspec.json.decode(out.payload, type=m.Alarm) if out.payload else None
                self.alarms.append((f"{place.subject} {place.name}", alarm))
            elif out.payload:
                self.scores.append(msgspec.json.decode(out.payload, type=m.Score))

    def num(
        self,
        device: str = "patch",
        *,
        bed: str = BED,
        q: m.Validity = "Vld",
        why: str | None = None,
        t: int | None = None,
        **values: Any,  # noqa: ANN401 -- numbers or None, by metric
    ) -> None:
        """Publish numerics measured now."""
        readings = {k: m.Reading(v=v, u=UNITS[k], q=q, why=why) for k, v in values.items()}
        message = m.Num(v=1, m=readings, boot="aa", seq=self.seq, t=self.now if t is None else t)
        self.seq += 1
        self.feed(topics.device(SITE, self.session, bed, device, "num"), message)

    def chart(
        self, *, bed: str = BED, acvpu: m.Acvpu | None = "A", oxygen: str | None = "air", **values: float
    ) -> None:
        """Chart consciousness, oxygen and measured values."""
        readings = {k: m.Reading(v=v, u=UNITS[k]) for k, v in values.items()}
        obs = m.ChartObs(v=1, t=self.now, by="Nurse", acvpu=acvpu, oxygen=oxygen, m=readings)
        self.feed(topics.chart(SITE, self.session, bed, "obs"), obs)

    def person(self, *, bed: str = BED, scale: Scale = 1) -> None:
        """Put a person into the bed."""
        self.feed(topics.chart(SITE, self.session, bed, "person"), m.PersonInfo(v=1, name="X", scale=scale))

    def status(self, state: str, device: str = "patch", *, bed: str = BED) -> None:
        """Say that a device is there or gone."""
        message = m.Status(v=1, state="online" if state == "online" else "offline")
        self.feed(topics.device(SITE, self.session, bed, device, "status"), message)

    def meta(self, device: str, *, bed: str = BED, **fields: Any) -> None:  # noqa: ANN401 -- as the message has them
        """Describe a device."""
        info = m.DeviceInfo(label=fields.pop("label", ""), kind=fields.pop("kind", "wearable"))
        message = m.DeviceMeta(v=1, device=info, **fields)
        self.feed(topics.device(SITE, self.session, bed, device, "meta"), message)

    def evt(self, kind: str, *, on: bool = True, text: str = "", device: str = "patch") -> None:
        """Publish a device's event."""
        message = m.Evt(v=1, kind=kind, on=on, text=text, t=self.now)
        self.feed(topics.device(SITE, self.session, BED, device, "evt"), message)

    def ack(self, alarm: str, seq: int, *, bed: str = BED, id_: str = "a1") -> m.Reply:
        """Acknowledge an alarm."""
        topic = topics.parse(topics.acknowledge(SITE, self.session, bed))
        assert topic is not None
        message = m.Acknowledge(v=1, id=id_, t=self.now, by="Aino", alarm=alarm, seq=seq)
        reply, published = self.watch.acknowledge(topic, message, self.wall)
        self.take(published)
        return reply

    def tick(self) -> None:
        """Let the watch look at the time."""
        self.take(self.watch.tick(self.wall))

    def wait(self, seconds: float, *, step_s: float = 0.25) -> None:
        """Let so many wall seconds pass in silence."""
        for _ in range(round(seconds / step_s)):
            self.wall += round(step_s * 1000)
            self.tick()

    def stream(self, seconds: int, device: str = "patch", *, bed: str = BED, **values: Any) -> None:  # noqa: ANN401 -- likewise
        """Let simulated seconds pass with one message each."""
        for _ in range(seconds):
            self.wall += round(1000 / self.speed)
            self.num(device, bed=bed, **values)
            self.tick()

    def full(self, seconds: int = 2, **changed: float) -> None:
        """Give all a score needs, for so long."""
        self.chart()
        self.stream(seconds, "monitor", **{**NORMAL, **changed})

    def shown(self, *, bed: str = BED) -> dict[str, m.Alarm]:
        """Return the retained alarms of a bed."""
        out = {}
        for topic, payload in self.retained.items():
            place = topics.parse(topic)
            if place is not None and place.kind == "alarm" and place.subject == bed:
                out[place.name] = msgspec.json.decode(payload, type=m.Alarm)
        return out

    def said(self, id_: str, *, bed: str = BED) -> list[m.Alarm | None]:
        """Return everything said of an alarm."""
        return [alarm for key, alarm in self.alarms if key == f"{bed} {id_}"]
