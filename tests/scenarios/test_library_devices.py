"""The scenario in which devices lie: what a screen shows, and what is true."""

import pytest

from tests.scenarios.seen import Moment, Shown, seen


@pytest.fixture(scope="module")
def beds() -> dict[str, Shown]:
    """Play seventeen minutes of it."""
    return seen("devices-lie", seed=1, seconds=1020)


def late(bed: Shown) -> list[Moment]:
    """Return the last two minutes."""
    return bed.moments[-120:]


def mean(moments: list[Moment], key: str) -> float:
    """Return the mean of what was shown."""
    known = [v for x in moments if key in x.readings and (v := x.readings[key].v) is not None]
    return sum(known) / len(known)


@pytest.mark.slow
def test_the_ill_patients_heart_rate_is_shown_in_the_wrong_bed(beds: dict[str, Shown]) -> None:
    """By heart rate the neighbour is ill; by the finger's pulse, and in truth, she is."""
    ill, well = late(beds["bed01"]), late(beds["bed02"])
    assert ill[-1].truth.m["hr"] > well[-1].truth.m["hr"] + 25
    assert mean(well, "hr") > mean(ill, "hr") + 20
    assert mean(ill, "pr") > mean(well, "pr") + 20


@pytest.mark.slow
def test_what_else_lies_lies_as_written(beds: dict[str, Shown]) -> None:
    """Polish reads low, a frozen clip never changes, who was away has told all of it, one has fallen."""
    polished = late(beds["bed03"])
    assert 2 < polished[-1].truth.m["spo2"] - mean(polished, "spo2") < 7
    frozen = {(x.readings["spo2"].v, x.readings["pi"].v) for x in beds["bed04"].moments[380:]}
    assert len(frozen) == 1
    assert set(beds["bed05"].offline) == {"oximeter", "patch"}
    assert "abp_sys" in beds["bed06"].readings
    assert "cgm" in beds["bed08"].readings
