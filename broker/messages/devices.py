"""What devices say: measurements, waves, events, and what they are."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from broker.messages.words import (
    Boot,
    Count,
    Identifier,
    Line,
    Message,
    Millis,
    Mode,
    SampleIndex,
    Samples,
    Validity,
    Word,
)


class Reading(Struct, kw_only=True, omit_defaults=True):
    """One value with its unit (UCUM), validity ``q`` and, where doubtful, the reason ``why``.

    ``v`` is ``None`` where the device knows no value. ``avg`` is the averaging time in seconds.
    """

    v: float | None
    u: Annotated[str, Meta(max_length=16)]
    q: Validity = "Vld"
    why: Word | None = None
    avg: Annotated[float, Meta(ge=0, le=3600)] | None = None


class Num(Message, kw_only=True):
    """Numerics of one device at one moment ``t``; ``m`` maps catalogue keys to readings.

    ``boot``, ``seq``, ``t`` and ``mode`` are optional for a real sensor: no ``t`` is the time of
    arrival, no ``seq`` no de-duplication.
    """

    m: Annotated[dict[str, Reading], Meta(min_length=1, max_length=64)]
    boot: Boot | None = None
    seq: Count | None = None
    t: Millis | None = None
    mode: Mode | None = None


class Wave(Message, kw_only=True):
    """A block of samples: value = ``off`` + ``scale`` × raw, the first at index ``i0`` since boot."""

    hz: Annotated[float, Meta(gt=0, le=2000)]
    u: Annotated[str, Meta(max_length=16)]
    d: Samples
    scale: float = 1.0
    off: float = 0.0
    boot: Boot | None = None
    seq: Count | None = None
    i0: SampleIndex | None = None
    t: Millis | None = None
    q: Validity = "Vld"
    why: Word | None = None
    mode: Mode | None = None


class Status(Message, kw_only=True):
    """Whether a device is there; ``offline`` is also its last will."""

    state: Literal["online", "offline"]
    boot: Boot | None = None
    t: Millis | None = None
    why: Line | None = None


class DeviceInfo(Struct, kw_only=True, omit_defaults=True):
    """What a device is."""

    model: Line = ""
    serial: Line = ""
    fw: Line = ""
    kind: Literal["wearable", "gateway", "monitor", "program"] = "wearable"
    label: Line = ""


class MetricInfo(Struct, kw_only=True, omit_defaults=True):
    """What a device says of a metric it measures."""

    u: Annotated[str, Meta(max_length=16)] = ""
    avail: Literal["Cont", "Intr"] = "Cont"
    period_ms: Annotated[int, Meta(ge=0, le=2**40)] | None = None
    avg_s: Annotated[float, Meta(ge=0, le=3600)] | None = None
    accuracy: Line = ""


class WaveInfo(Struct, kw_only=True, omit_defaults=True):
    """What a device says of a waveform it sends."""

    u: Annotated[str, Meta(max_length=16)] = ""
    hz: Annotated[float, Meta(gt=0, le=2000)] | None = None


class DeviceMeta(Message, kw_only=True):
    """A device's description of itself, retained; ``via`` names the gateway it speaks through."""

    device: DeviceInfo
    metrics: Annotated[dict[str, MetricInfo], Meta(max_length=64)] = field(default_factory=dict)
    waves: Annotated[dict[str, WaveInfo], Meta(max_length=32)] = field(default_factory=dict)
    battery: Annotated[float, Meta(ge=0, le=100)] | None = None
    clock: Line = ""
    via: Identifier | None = None
    mode: Mode | None = None
    boot: Boot | None = None
    t: Millis | None = None


class Evt(Message, kw_only=True):
    """Something a device noticed: rhythm, posture, fall, button, lead-off, probe-off."""

    kind: Identifier
    text: Line = ""
    on: bool = True
    metric: Word | None = None
    value: float | None = None
    boot: Boot | None = None
    seq: Count | None = None
    t: Millis | None = None
    mode: Mode | None = None
