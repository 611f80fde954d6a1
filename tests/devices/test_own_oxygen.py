"""Oxygen that a treatment lends gives way to the bed's own, which stays until somebody stops it."""

from devices.ward import Ward
from tests.devices.ward_of import CALM, played, ward_of


def _on_cannula() -> Ward:
    ward = ward_of([CALM])
    ward.charted(0, oxygen="nasal cannula", o2_flow=2.0)
    played(ward, 2)
    return ward


def _breathes(ward: Ward) -> tuple[str, float, float]:
    played(ward, 10)
    truth = ward.truth(0)
    return truth.oxygen or "", round(truth.m["o2_flow"], 1), round(truth.m["fio2"], 2)


def test_the_end_of_a_treatment_gives_the_beds_own_oxygen_back() -> None:
    """A mask for a while, breaths by bag, more by the same cannula: then 2 L/min by cannula as before."""
    ward = _on_cannula()
    own = _breathes(ward)
    assert own == ("nasal cannula", 2.0, 0.28)
    for name, lent in (("non-rebreather", 15.0), ("bag-mask", 15.0), ("nasal-cannula", 5.0)):
        ward.treat(0, name, None if name == "bag-mask" else lent)
        assert _breathes(ward)[1] == lent
        ward.stop_treatment(0, name)
        assert _breathes(ward) == own, name
    ward.treat(0, "nasal-cannula", 4.0)
    ward.treat(0, "non-rebreather", 15.0)
    ward.stop_treatment(0, "non-rebreather")
    assert _breathes(ward) == own


def test_who_stops_the_beds_own_oxygen_ends_it() -> None:
    """At once, behind a mask, or by what the chart says: it does not come back."""
    ward = _on_cannula()
    ward.stop_treatment(0, "nasal-cannula")
    assert _breathes(ward) == ("air", 0.0, 0.21)
    behind = _on_cannula()
    behind.treat(0, "face-mask", 6.0)
    played(behind, 2)
    behind.stop_treatment(0, "nasal-cannula")
    assert _breathes(behind)[0] == "face mask"
    behind.stop_treatment(0, "face-mask")
    assert _breathes(behind) == ("air", 0.0, 0.21)
    charted = _on_cannula()
    charted.treat(0, "face-mask", 6.0)
    charted.charted(0, oxygen="air")
    charted.stop_treatment(0, "face-mask")
    assert _breathes(charted) == ("air", 0.0, 0.21)
    without = ward_of([CALM])
    without.treat(0, "venturi", 8.0)
    without.stop_treatment(0, "venturi")
    assert _breathes(without) == ("air", 0.0, 0.21)
