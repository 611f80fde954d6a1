"""How a device speaks: its messages with boot, sequence number and topic, ready to publish."""

from typing import Final

from broker import messages as m
from broker import topics
from broker.codec import encode
from broker.packets import Outgoing
from devices.randomness import boot_id
from devices.wearables.line import Line
from vitals.catalogue import WAVEFORMS

KEPT_S: Final = 3600
"""Expiry of numerics: for so long the broker may deliver them late (design section 4)."""
WAVE_KEPT_S: Final = 5
GONE: Final = "connection lost"
"""Why a device is offline that did not say good-bye: also the text of its last will."""


class Voice:
    """One device of one bed on the wire."""

    __slots__ = (
        "_drafts", "_events", "_info", "_last", "_num", "_num_topic", "_numbers", "_place", "_reboots",
        "_seed", "bed", "boot", "fast_ms", "fast_ppm", "fast_since_ms", "frozen", "line", "name", "online",
        "plain", "sender", "speaks", "starts_anew", "via",
    )  # fmt: skip

    def __init__(self, place: tuple[str, str, str], name: str, seed: int, info: m.DeviceMeta) -> None:
        self._place = place  # site, session, bed
        self.bed = place[2]
        self.name = name
        self._seed = seed
        self._reboots = 0
        self._info = info
        self.via = info.via
        self.sender = f"{self.bed}.{name}"
        self.line = Line(seed)
        self.online = True
        self.plain = True
        """Whether its line is clear: what it says goes out at once."""
        self.speaks = True
        """Whether it says anything, be it that it is out of range and keeps it."""
        self.starts_anew = False
        """Whether it comes back with another boot."""
        self.frozen = False
        """Whether its firmware says the last values again and again."""
        self._last: dict[str, m.Reading] | None = None
        self.fast_ms, self.fast_ppm, self.fast_since_ms = 0, 0.0, 0
        """By how much its clock is ahead, and how much more it gains since when."""
        self._num_topic = topics.device(*place, name, "num")
        self._num = m.Num(v=1, m={}, mode="Demo")
        self._drafts = {key: _draft(place, name, key, form) for key, form in info.waves.items()}
        """Each wave's topic, and its message but for what changes from block to block: one is said 5 times a
        second, and made anew each would take as long as encoding it."""
        self.boot = ""
        self._start()

    def _start(self) -> None:
        self.boot = boot_id(self._seed, self.bed, self.name, self._reboots)
        self._numbers = self._events = 0

    def reboot(self) -> None:
        """Start anew: another boot, numbers from zero."""
        self._reboots += 1
        self.starts_anew = False
        self.line.forget()
        self._start()

    def dated(self, t: int) -> int:
        """Return what its own clock says at ``t``."""
        if not (self.fast_ms or self.fast_ppm):
            return t
        return max(0, t + self.fast_ms + round(self.fast_ppm * 1e-6 * (t - self.fast_since_ms)))

    def _retained(self, kind: str, message: m.Message) -> Outgoing:
        return Outgoing(topics.device(*self._place, self.name, kind), encode(message), qos=1, retain=True)

    def status(self, t: int) -> Outgoing:
        """Return that the device is there."""
        return self._retained("status", m.Status(v=1, state="online", boot=self.boot, t=self.dated(t)))

    def will(self) -> Outgoing:
        """Return its last will: what the broker says when the connection is lost."""
        return self._retained("status", m.Status(v=1, state="offline", why=GONE))

    def farewell(self, t: int, why: str) -> Outgoing:
        """Return that the device goes, and why."""
        return self._retained(
            "status", m.Status(v=1, state="offline", boot=self.boot, t=self.dated(t), why=why)
        )

    def describe(self, t: int, battery_percent: float | None) -> Outgoing:
        """Return the device's description of itself."""
        i = self._info
        meta = m.DeviceMeta(
            v=1, device=i.device, metrics=i.metrics, waves=i.waves,
            battery=None if battery_percent is None else round(battery_percent),
            clock="sim", via=i.via, mode="Demo", boot=self.boot,
            t=self.dated(t),
        )  # fmt: skip
        return self._retained("meta", meta)

    def numbers(self, t: int, readings: dict[str, m.Reading]) -> Outgoing:
        """Return one message of numerics."""
        if self.frozen and self._last is not None:
            readings = self._last
        self._last = readings
        message = self._num
        message.m, message.boot, message.seq, message.t = readings, self.boot, self._numbers, self.dated(t)
        self._numbers += 1
        return Outgoing(self._num_topic, encode(message), qos=1, expiry_s=KEPT_S)

    def wave(self, key: str, t: int, i0: int, samples: list[int], why: str | None) -> Outgoing:
        """Return one block of a waveform; ``why`` it is not valid, if so.

        Its number follows from its place, so that blocks nobody drew leave a gap and not a lie.
        """
        topic, message = self._drafts[key]
        message.d, message.i0, message.seq = samples, i0, i0 // len(samples)
        message.boot, message.t, message.why = self.boot, self.dated(t), why
        message.q = "Vld" if why is None else "Inv" if why.endswith("-off") else "Qst"
        return Outgoing(topic, encode(message), 0, False, WAVE_KEPT_S)  # noqa: FBT003 -- names take time too

    def event(self, t: int, kind: str, *, on: bool, text: str) -> Outgoing:
        """Return something the device noticed."""
        message = m.Evt(
            v=1, kind=kind, on=on, text=text, boot=self.boot, seq=self._events, t=self.dated(t), mode="Demo"
        )
        self._events += 1
        return Outgoing(topics.device(*self._place, self.name, "evt"), encode(message), qos=1)


def _draft(place: tuple[str, str, str], device: str, key: str, form: m.WaveInfo) -> tuple[str, m.Wave]:
    """Return the topic of a wave, and its message without samples."""
    message = m.Wave(
        v=1, hz=form.hz or WAVEFORMS[key].hz, u=form.u, d=[], scale=WAVEFORMS[key].scale, mode="Demo"
    )
    return topics.wave(*place, device, key), message
