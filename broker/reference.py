"""Pages of the reference made from the code: metrics and topics."""

import json
from collections.abc import Iterable, Sequence
from typing import Final

from broker.channels import CHANNELS, DAY_S, HOUR_S, Channel
from broker.examples import BODIES
from broker.schema import NAMES, plain
from broker.security import ROLES, rights
from vitals.catalogue import VITAL_SIGNS, WAVEFORMS

_METRICS: Final = """\
# Metrics and waveforms

Every quantity that may travel in a `num` or a chart entry. A value in another unit, or outside its
range, is refused: where a device knows no value it sends `null` with a validity (`Inv`, `Oflw`,
`Uflw`, `NA`). The range says what a working sensor can report, nothing of health. A score may use a
value for its validity after the measurement.

"""
_WAVEFORMS: Final = """
## Waveforms

Samples travel as integers: value = `off` + `scale` × raw. A `wave` may have any rate; the rates
here are ours.

"""
_TOPICS: Final = """\
# Topics

Three roots: `rpm`, what may be observed and what people enter; `rpm-ctl`, an instructor's requests;
`rpm-truth`, what the body is, for instructors and the machinery only. Names are of a-z, 0-9 and -,
at most 32 long. Payloads are JSON; fields that are not named here are allowed and ignored.

**Retained**: a late subscriber gets the newest. **Expiry**: for how long a broker may still deliver
a message. An act or a request with an MQTT 5 response topic is answered on `reply` or `answer`,
with its correlation data.

"""
_ROLES: Final = """
## Who may what

`r` reads, `w` writes. A trainee or an observer only in their own session and `live`; a device only
under its own subject and name. Mosquitto's access rules are made from this table.

"""
_EXAMPLES: Final = """
## Examples
"""


def metrics() -> str:
    """Return the page of the catalogue."""
    signs = (
        (
            f"`{s.key}`",
            s.label,
            f"`{s.unit}`",
            f"{plain(s.lowest):g} to {plain(s.highest):g}",
            s.decimals,
            _span(s.period_s) if s.period_s else "on change",
            _span(s.validity_s),
            s.loinc,
            s.mdc or "–",
        )
        for s in VITAL_SIGNS.values()
    )
    waves = (
        (f"`{w.key}`", w.label, f"`{w.unit}`", w.hz, f"{w.scale:g}", f"{w.lowest:g} to {w.highest:g}", w.mdc)
        for w in WAVEFORMS.values()
    )
    head = ("key", "label", "unit (UCUM)", "range", "decimals", "usual period", "valid for", "LOINC", "MDC")
    wave_head = ("key", "label", "unit (UCUM)", "Hz", "scale", "range", "MDC")
    return _METRICS + _table(head, signs) + _WAVEFORMS + _table(wave_head, waves)


def wire() -> str:
    """Return the page of the topics."""
    head = ("channel", "topic", "payload", "QoS", "retained", "expiry", "what")
    return "".join((
        _TOPICS, _table(head, map(_row, CHANNELS)), _ROLES, _roles(), _EXAMPLES, *map(_example, BODIES),
    ))  # fmt: skip


def _row(channel: Channel) -> tuple[object, ...]:
    schema = NAMES[channel.message]
    return (
        f"`{channel.name}`",
        f"`{channel.address}`",
        f"[{schema}](schemas/{schema}.json)",
        channel.qos,
        "yes" if channel.retain else "–",
        "–" if channel.expiry_s is None else _span(channel.expiry_s),
        channel.about,
    )


def _roles() -> str:
    groups: dict[str, list[Channel]] = {}
    for channel in CHANNELS:
        groups.setdefault(channel.group, []).append(channel)
    rows = (
        (
            ", ".join(f"`{c.name}`" for c in channels),
            *("".join(sorted(rights(role, channels[0].group))) or "–" for role in ROLES),
        )
        for channels in groups.values()
    )
    return _table(("channels", *ROLES), rows)


def _example(name: str) -> str:
    return f"\n`{name}`\n\n```json\n{json.dumps(BODIES[name], ensure_ascii=False)}\n```\n"


def _span(seconds: float) -> str:
    for size, unit in ((DAY_S, "d"), (HOUR_S, "h"), (60, "min")):
        if seconds >= size and seconds % size == 0:
            return f"{seconds // size:g} {unit}"
    return f"{seconds:g} s"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = (head, ["---"] * len(head), *rows)
    return "".join(f"| {' | '.join(map(str, cells))} |\n" for cells in lines)
