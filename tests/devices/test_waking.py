"""How soon somebody wakes whose heart had stopped, and what magnesium ends."""

import pytest

from devices.ward import Ward
from tests.devices.ward_of import CALM, played, ward_of

pytestmark = pytest.mark.slow


def _shocked(without_s: float, *, pressed: bool = False) -> Ward:
    """Return a ward of one whose heart fibrillated for so long and beats again."""
    ward = ward_of([CALM])
    played(ward, 5)
    ward.rhythm(0, "vf")
    if pressed:
        ward.treat(0, "cpr")
        ward.treat(0, "bag-mask")
    played(ward, without_s)
    for name in ("cpr", "bag-mask"):
        ward.stop_treatment(0, name)
    ward.treat(0, "defibrillation", 200.0)
    played(ward, 5)
    assert ward.rhythm_of(0) == "sinus"
    return ward


def _letters(ward: Ward, *after_s: int) -> str:
    """Return how awake somebody is after so many seconds each."""
    out, now = "", 0
    for at in after_s:
        played(ward, at - now)
        out, now = out + ward.truth(0).acvpu, at
    return out


def test_the_longer_nothing_flowed_the_later_somebody_wakes() -> None:
    """Minutes without flow cost more minutes than they were; compressions count for much of the time."""
    assert _letters(_shocked(12), 40) == "A"
    assert _letters(_shocked(60), 30, 900) == "VA"
    assert _letters(_shocked(390), 30, 600, 3600) == "UUU"
    assert _letters(_shocked(180), 600) == "U"
    assert _letters(_shocked(180, pressed=True), 600) == "A"


@pytest.mark.parametrize(("rhythm", "grams", "ends"), [
    ("torsades", 2.0, True), ("torsades", 1.0, False), ("polymorphic-vt", 2.0, False), ("vf", 2.0, False),
])  # fmt: skip
def test_magnesium_ends_torsades_and_nothing_else(rhythm: str, grams: float, *, ends: bool) -> None:
    """Within 1 to 5 minutes; less than the usual dose does not."""
    ward = ward_of([CALM])
    played(ward, 5)
    ward.rhythm(0, rhythm)
    ward.treat(0, "magnesium", grams)
    played(ward, 60)
    assert ward.rhythm_of(0) == rhythm
    played(ward, 240)
    assert ward.rhythm_of(0) == ("sinus" if ends else rhythm)
