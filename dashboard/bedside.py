"""One bed as the stream shows it, kept up to date message by message. Pure: no clock, no socket.

``state`` is the bed in the shape of the stream's ``state`` message; what changed since it was last
taken has the same shape and is the stream's delta. Nothing of the truth comes here.
"""

from typing import Any, Final

import msgspec
from msgspec import Struct

from broker import messages as m
from broker.codec import Accepted
from vitals.catalogue import STALE_INTERVALS, VITAL_SIGNS

MOST_ACTS: Final = 50
"""So many of a bed's newest acts are shown."""
HOLDING_S: Final = 10.0
"""A value that comes at least this often keeps its place against another device's, while it comes."""
NURSE: Final = "nurse"
"""The device's name under which charted values stand."""

Shape = dict[str, Any]
MAPS: Final = ("num", "alarms", "devices", "evt")
"""Fields that map keys to entries: a delta holds the changed ones; the others are replaced whole."""


def plain(message: Struct) -> Shape:
    """Return ``message`` as JSON-able data, without its version."""
    body: Shape = msgspec.to_builtins(message)
    body.pop("v", None)
    return body


class Bedside:
    """A bed's present state and what changed of it."""

    def __init__(self, *, live: bool = False) -> None:
        self.state: Shape = {
            "live": live, "person": None, "num": {}, "score": None, "alarms": {}, "devices": {},
            "chart": {}, "evt": {}, "acts": [],
        }  # fmt: skip
        self._changed: Shape = {}
        self._periods: dict[tuple[str, str], float] = {}
        self._seen: dict[str, tuple[str | None, int]] = {}

    def take(self) -> Shape:
        """Return what changed since the last call."""
        changed, self._changed = self._changed, {}
        return changed

    def numerics(self, device: str, message: m.Num, t: int, now: int) -> None:
        """Take a device's values, measured at ``t`` and received at wall time ``now`` (ms)."""
        if self._repeated(device, message.boot, message.seq):
            return
        for metric, reading in message.m.items():
            self._value(metric, device, reading, t, now)

    def _repeated(self, device: str, boot: str | None, seq: int | None) -> bool:
        """Say whether a message was seen already, or is older than one that was."""
        if boot is None or seq is None:
            return False
        last = self._seen.get(device)
        if last is not None and last[0] == boot and seq <= last[1]:
            return True
        self._seen[device] = (boot, seq)
        return False

    def _value(self, metric: str, device: str, reading: m.Reading, t: int, received: int) -> None:
        held = self.state["num"].get(metric)
        if held is not None and held["dev"] != device and _holds(held, reading, t, received):
            return
        period_s = 0.0 if device == NURSE else self._periods.get((device, metric))
        if period_s is None:
            period_s = VITAL_SIGNS[metric].period_s
        self._put_in("num", metric, {
            "v": reading.v, "u": reading.u, "q": reading.q, "why": reading.why, "t": t, "dev": device,
            "per": period_s, "r": received,
        })  # fmt: skip

    def stored(self, device: str, message: m.Num, t: int, received: int) -> None:
        """Take values from the store: they yield to whatever is on show and not older."""
        for metric, reading in message.m.items():
            held = self.state["num"].get(metric)
            if held is None or held["t"] < t:
                self._value(metric, device, reading, t, received)

    def knows_newer(self, accepted: Accepted) -> bool:
        """Say whether a stored entry is no news."""
        topic, message, state = accepted.topic, accepted.message, self.state
        match message:
            case m.Alarm():
                held = state["alarms"].get(topic.name)
                return held is not None and held["seq"] >= message.seq
            case m.Score() | m.ChartObs():
                held = state["score" if isinstance(message, m.Score) else "chart"]
                return bool(held) and held["t"] >= message.t
            case m.PersonInfo():
                return state["person"] is not None
            case m.Status() | m.DeviceMeta():
                held = state["devices"].get(topic.device, {})
                return bool(held.get("t") if isinstance(message, m.Status) else held.get("kind"))
        return False

    def status(self, device: str, message: m.Status, t: int) -> None:
        """Take what is known of a device's presence."""
        self._device(device, state=message.state, t=t, why=message.why or "")

    def meta(self, device: str, message: m.DeviceMeta) -> None:
        """Take a device's description of itself."""
        for metric, info in message.metrics.items():
            if info.period_ms is not None:
                self._periods[device, metric] = info.period_ms / 1000
        self._device(
            device,
            label=message.device.label or message.device.model or device,
            kind=message.device.kind,
            battery=message.battery,
            via=message.via,
            metrics=sorted(message.metrics),
            waves=sorted(message.waves),
            mode=message.mode,
        )

    def _device(self, device: str, **said: object) -> None:
        held = self.state["devices"].get(device) or {
            "state": "online", "t": None, "label": device, "battery": None, "via": None,
            "metrics": [], "waves": [],
        }  # fmt: skip
        self._put_in("devices", device, {**held, **said})

    def person(self, message: m.PersonInfo) -> None:
        """Take who lies in the bed."""
        self._put("person", plain(message))

    def charted(self, message: m.ChartObs, received: int) -> None:
        """Take what a nurse saw or measured at the bedside."""
        chart = dict(self.state["chart"])
        said = {"acvpu": message.acvpu, "oxygen": message.oxygen}
        flow = message.m.get("o2_flow")
        if flow is not None or message.oxygen == "air":
            said["o2_flow"] = flow.v if flow is not None else None  # type: ignore[assignment]
        chart.update({key: value for key, value in said.items() if value is not None or key == "o2_flow"})
        self._put("chart", {**chart, "t": message.t, "by": message.by})
        for metric, reading in message.m.items():
            self._value(metric, NURSE, reading, message.t, received)

    def event(self, device: str, message: m.Evt, t: int) -> None:
        """Take something that a device noticed."""
        self._put_in("evt", message.kind, {**plain(message), "on": message.on, "t": t, "dev": device})

    def score(self, message: m.Score) -> None:
        """Take the early-warning score."""
        self._put("score", plain(message))

    def alarm(self, ident: str, message: m.Alarm | None) -> None:
        """Take one alarm's state; ``None`` where its topic was cleared."""
        if message is None or message.presence == "Off":
            if self.state["alarms"].pop(ident, None) is not None:
                self._changed.setdefault("alarms", {})[ident] = None
            return
        self._put_in("alarms", ident, plain(message))

    def act(self, kind: str, message: m.Act) -> None:
        """Take what a person did; ``act`` in its shape says which kind it is."""
        acts = self.state["acts"]
        if any(known["id"] == message.id for known in acts):
            return
        shape = {**plain(message), "act": kind, "role": message.role}
        acts.append(shape)
        acts.sort(key=lambda act: act["t"])
        del acts[:-MOST_ACTS]
        self._changed.setdefault("acts", []).append(shape)

    def everything(self) -> Shape:
        """Return the whole state, and count nothing as changed any more."""
        self._changed = {}
        return self.state

    def _put(self, name: str, value: object) -> None:
        if self.state[name] != value:
            self.state[name] = self._changed[name] = value

    def _put_in(self, name: str, key: str, value: Shape) -> None:
        if self.state[name].get(key) != value:
            self.state[name][key] = self._changed.setdefault(name, {})[key] = value


def _holds(held: Shape, reading: m.Reading, t: int, received: int) -> bool:
    """Say whether the value on show keeps its place against another device's ``reading``."""
    if held["v"] is None and reading.v is not None:
        return False
    age_s = (received - held["r"]) / 1000
    if 0 < held["per"] <= HOLDING_S and age_s <= STALE_INTERVALS * held["per"]:
        return True
    return bool(t < held["t"])


def merge(into: Shape, changed: Shape) -> None:
    """Apply a later delta of a bed to an earlier one."""
    for name, value in changed.items():
        if name in MAPS:
            into.setdefault(name, {}).update(value)
        elif name == "acts":
            into.setdefault(name, []).extend(value)
        else:
            into[name] = value
