"""The colours of the pages can be told apart by people who see less: WCAG 2, level AA."""

import re
from pathlib import Path
from typing import Final

import pytest

SHEET: Final = Path(__file__).parents[2] / "dashboard" / "assets" / "tokens.css"
TOKENS: Final = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", SHEET.read_text()))
GROUNDS: Final = ("page", "tile", "well", "raise")
SIGNALS: Final = ("ecg", "spo2", "resp", "abp", "nibp", "co2", "temp")
TEXT: Final = 4.5
"""What text needs; controls and large text need 3."""
PAIRS: Final = (
    *((text, ground) for text in ("text", "text2", "text3", "act", "lo", "truth") for ground in GROUNDS),
    *((signal, ground) for signal in SIGNALS for ground in GROUNDS),
    ("hi-text", "hi-dim"), ("me", "me-dim"), ("lo", "lo-dim"),
)  # fmt: skip


def luminance(colour: str) -> float:
    """Return the relative luminance (WCAG 2) of ``#rrggbb``."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_can_be_read(text: str, ground: str) -> None:
    """Every text on every ground it may stand on."""
    assert contrast(TOKENS[text], TOKENS[ground]) >= TEXT


def test_filled_alarms_and_chips_can_be_read() -> None:
    """White on the high alarm and the call, black on the medium alarm and chips; both halves of a flash."""
    assert contrast("#ffffff", TOKENS["hi"]) >= TEXT
    assert contrast(TOKENS["hi-ink"], "#ffffff") >= TEXT
    assert contrast("#ffffff", TOKENS["act-fill"]) >= TEXT
    for fill in ("me", "n0", "n1", "n2", "n3"):
        assert contrast("#000000", TOKENS[fill]) >= TEXT


def test_whatever_can_be_pressed_has_an_edge() -> None:
    """The edge of controls stands out from every ground."""
    assert all(contrast(TOKENS["ctl"], TOKENS[ground]) >= 3 for ground in GROUNDS)
