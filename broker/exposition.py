"""Numbers as Prometheus reads them (text format 0.0.4). Pure."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_HELP: Final = str.maketrans({"\\": r"\\", "\n": r"\n"})
_LABEL: Final = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})

Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Metric:
    """A number with a name, or several that labels tell apart; a counter's name ends in ``_total``.

    ``values`` are pairs of labels and value; a plain number stands for one without labels.
    """

    name: str
    kind: Literal["counter", "gauge"]
    about: str
    values: float | Iterable[tuple[Labels, float]]

    def lines(self) -> Iterable[str]:
        """Yield what stands in the text."""
        yield f"# HELP {self.name} {self.about.translate(_HELP)}"
        yield f"# TYPE {self.name} {self.kind}"
        values = self.values
        pairs = [({}, values)] if isinstance(values, int | float) else values
        for labels, value in pairs:
            yield f"{self.name}{_labels(labels)} {_number(value)}"


def counter(name: str, about: str, values: float | Iterable[tuple[Labels, float]]) -> Metric:
    """Return a number that only grows while a part runs."""
    return Metric(f"teleward_{name}_total", "counter", about, values)


def gauge(name: str, about: str, values: float | Iterable[tuple[Labels, float]]) -> Metric:
    """Return a number that goes up and down."""
    return Metric(f"teleward_{name}", "gauge", about, values)


def text(metrics: Iterable[Metric]) -> str:
    """Return ``metrics`` as one text; a name may come only once."""
    return "".join(f"{line}\n" for metric in metrics for line in metric.lines())


def _labels(labels: Labels) -> str:
    pairs = ",".join(f'{name}="{value.translate(_LABEL)}"' for name, value in labels.items())
    return f"{{{pairs}}}" if pairs else ""


def _number(value: float) -> str:
    if math.isfinite(value):
        return repr(value)
    return "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"
