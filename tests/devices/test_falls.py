"""Falls: the band notices most of them, by a blow and stillness, and no other device does."""

from devices.person import Person
from tests.devices.ward_of import played, sort, ward_of


def test_most_falls_are_noticed_after_the_stillness_and_their_end_too() -> None:
    """About nine of ten; each is said once, 15 s after the blow, and taken back when the patient is up."""
    one = ward_of([Person()] * 40, devices=("band",))
    played(one, 5)
    for bed in range(40):
        one.fall(bed, on=True)
    early, later = played(one, 14), played(one, 20)
    falls = [[e for e in sort(early, "band", bed).evt if e.kind == "fall"] for bed in range(40)]
    assert not any(falls)
    falls = [[e for e in sort(later, "band", bed).evt if e.kind == "fall"] for bed in range(40)]
    assert {len(f) for f in falls} <= {0, 1}
    noticed = [bed for bed in range(40) if falls[bed]]
    assert 32 <= len(noticed) <= 40
    for bed in range(40):
        one.fall(bed, on=False)
    over = played(one, 2)
    ended = [bed for bed in range(40) if [e for e in sort(over, "band", bed).evt if not e.on]]
    assert ended == noticed


def test_who_lies_on_the_floor_does_not_walk() -> None:
    """Activity is low and no steps are counted, after the blow itself."""
    one = ward_of([Person()], devices=("band",))
    one.fall(0, on=True)
    played(one, 10)
    heard = sort(played(one, 60), "band")
    assert max(v for v in heard.values("activity") if v is not None) < 0.2
    assert set(heard.values("steps")) == {0.0}


def test_a_swapped_band_tells_of_the_other_patients_fall() -> None:
    """The fall is shown in the wrong bed."""
    one = ward_of([Person()] * 12, devices=("band",))
    for bed in range(0, 12, 2):
        one.swap("band", bed, bed + 1)
        one.fall(bed, on=True)
    said = played(one, 30)
    told = [bed for bed in range(12) if [e for e in sort(said, "band", bed).evt if e.kind == "fall"]]
    assert told
    assert all(bed % 2 == 1 for bed in told)
