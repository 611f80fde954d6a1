"""What the explanations say of rules and tests is so."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from vitals.limits import ADULT, ADULT_SCALE_2_OXYGEN, NEWS2, SIGNS, AlarmLimit, shown
from vitals.trends import RULES

DOCS = Path(__file__).parents[2] / "docs" / "explanation"
TESTS = Path(__file__).parents[2]


def rows(page: str) -> Iterator[list[str]]:
    """Yield the cells of every table's row."""
    for line in (DOCS / page).read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def condition(limit: AlarmLimit) -> str:
    """Return the condition column: every level."""
    return "; ".join(f"{SIGNS[limit.bound]} {shown(limit.metric, level.limit)}" for level in limit.levels)


@pytest.mark.parametrize("limit", [ADULT[0], *ADULT_SCALE_2_OXYGEN[1:]], ids=lambda limit: limit.id)
def test_the_table_of_alarms_is_the_one_in_force(limit: AlarmLimit) -> None:
    """Condition, priorities, delays and margin of every limit stand on the page."""
    found = {cells[0]: cells[1:] for cells in rows("alarms.md") if len(cells) == 6}
    metric, said, priority, delay, margin = found[f"`{limit.id}`"]
    assert metric == ("score" if limit.metric == NEWS2 else f"`{limit.metric}`")
    assert re.sub(r", on scale 2[^;]*", "", said) == condition(limit)
    assert priority == "; ".join(level.priority for level in limit.levels)
    assert delay == "; ".join(f"{level.delay_s:g} s" for level in limit.levels)
    assert margin == (f"{limit.release_s:g} s below" if limit.release_s else f"{limit.margin:g}")


def test_the_table_of_trends_is_the_one_in_force() -> None:
    """Window, least, median and threshold of every rule stand on the page."""
    found = {cells[0]: cells[1:] for cells in rows("scores.md") if len(cells) == 5}
    for metric, rule in RULES.items():
        window, least, median, threshold = found[f"`{metric}`"]
        assert (window, least, median) == (
            f"{rule.window_s / 60:g} min", f"{rule.least_s / 60:g} min", f"{rule.median_s:g} s",
        )  # fmt: skip
        assert threshold.split()[0] == f"{rule.threshold:g}"


def test_every_test_that_a_page_names_exists() -> None:
    """A claim's test can be found and run."""
    for page in sorted(DOCS.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        for path, name in re.findall(r"(tests/[\w/]+\.py)(?:::(\w+))?", text):
            assert (TESTS / path).exists(), (page.name, path)
            assert not name or f"def {name}(" in (TESTS / path).read_text(encoding="utf-8"), (page.name, name)
