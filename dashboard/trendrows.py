"""Which rows the trends of a bed have, by what was measured. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

from broker.store.protocol import Series
from vitals.catalogue import VITAL_SIGNS


@dataclass(frozen=True, slots=True)
class Row:
    """One quantity's row: its colour, the least range it shows and whether it is a spot check."""

    metric: str
    name: str
    unit: str
    colour: str
    decimals: int
    low: float
    high: float
    spot: bool = False
    beside: str = ""
    """A metric of spot checks drawn in the same row."""


CUFF: Final = Row("nibp_sys", "SBP", "mmHg", "#ffb3c1", 0, 85, 150, spot=True)
_LINE_ROW: Final = Row("abp_sys", "SBP", "mmHg", "#ff7b73", 0, 85, 150, beside="nibp_sys")
ROWS: Final = (
    Row("hr", "HR", "/min", "#45e08a", 0, 50, 120),
    Row("rr", "RR", "/min", "#f4efdc", 0, 8, 30),
    Row("spo2", "SpO₂", "%", "#5ad7f2", 0, 88, 100),
    CUFF,
    Row("temp", "Temp", "°C", "#d9e1ea", 1, 36, 39, spot=True),
)
MORE: Final = (
    Row("etco2", "EtCO₂", "mmHg", "#e9d98a", 0, 20, 60),
    Row("glucose", "Glucose", "mmol/L", "#d9e1ea", 1, 4, 12, spot=True),
    Row("cgm", "CGM", "mmol/L", "#d9e1ea", 1, 4, 12),
    Row("pef", "PEF", "L/min", "#d9e1ea", 0, 100, 500, spot=True),
    Row("weight", "Weight", "kg", "#d9e1ea", 1, 60, 70, spot=True),
)
"""Rows of what only some beds have."""
_ANOTHER: Final[Mapping[str, tuple[str, ...]]] = {
    "hr": ("pr",), "rr": ("rr_co2",), "temp": ("temp_core", "temp_skin"),
}  # fmt: skip
"""What stands in a row where its own metric is not measured, the first that is."""
USUAL: Final = ("nibp_dia", *(row.metric for row in ROWS))
METRICS: Final = (*USUAL, "abp_sys", *(row.metric for row in MORE), *chain(*_ANOTHER.values()))
"""Whatever may be drawn."""


def asked(measured: Collection[str]) -> tuple[str, ...]:
    """Return what the store is asked for a bed of which ``measured`` is known."""
    return tuple(metric for metric in METRICS if metric in USUAL or metric in measured)


def rows(series: Mapping[str, Series]) -> list[Row]:
    """Return the rows for what was measured: an arterial line before the cuff, and what only some have."""

    def there(metric: str) -> bool:
        return metric in series and bool(series[metric].t)

    found = []
    for row in ROWS:
        other = next(filter(there, _ANOTHER.get(row.metric, ())), "")
        if row is CUFF and there("abp_sys"):
            found.append(_LINE_ROW)
        elif other and not there(row.metric):
            sign = VITAL_SIGNS[other]
            found.append(replace(row, metric=other, name=sign.label, spot=False))
        else:
            found.append(row)
    return found + [row for row in MORE if there(row.metric)]
