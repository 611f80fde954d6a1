"""What befalls wearables by chance: as often as measured on wards, and the same for the same seed."""

import numpy as np
import pytest

from devices.engine import Engine
from devices.person import Person
from devices.ward import DEVICES
from devices.wearables.chance import Chance
from devices.wearables.oximeter import Oximeter
from devices.wearables.patch import Patch
from scenarios.faults import FAULTS
from tests.devices.ward_of import hear, played, sort, ward_of

HOURS = 60


def weak_seconds(beds: int, seed: int) -> dict[str, np.ndarray]:
    """Return per metric which seconds ``[T, beds]`` had no value, over many hours."""
    names = [f"bed{i:02d}" for i in range(beds)]
    patch = Patch(seed, names, np.ones(beds, bool))
    chance = Chance(seed, names, {"patch": patch})
    rows: dict[str, list[np.ndarray]] = {"hr": [], "rr": []}
    for second in range(0, HOURS * 3600, 10):
        list(chance.second(float(second)))
        for metric, row in rows.items():
            row.append(patch.weak.get(metric, np.zeros(beds, bool)).copy())
    return {k: np.array(v) for k, v in rows.items()}


@pytest.mark.slow
def test_rates_are_lost_as_often_and_as_long_as_on_a_ward() -> None:
    """HR 6 to 27 % of the time, RR 13 to 34 %, in gaps of 1 to 5 min on average (reference 3.4)."""
    weak = weak_seconds(24, 5)
    for metric, (least, most) in (("hr", (0.06, 0.27)), ("rr", (0.13, 0.34))):
        share = weak[metric].mean(axis=0)
        assert least * 0.75 < share.min() < share.max() < most * 1.25
        assert (least + most) / 2 * 0.8 < share.mean() < (least + most) / 2 * 1.2
        begins = (np.diff(weak[metric].astype(int), axis=0) == 1).sum()
        gap_s = 10 * weak[metric].sum() / begins
        assert 60.0 < gap_s < 300.0


@pytest.mark.slow
def test_chance_shows_on_the_wire_and_only_where_it_is_wanted() -> None:
    """With chance a weak signal has no value and says why; without, nothing of it is there."""
    lucky, unlucky = ward_of([Person()] * 8), ward_of([Person()] * 8, chance=True)
    said, plain = played(unlucky, 300), played(lucky, 300)
    reasons = set().union(*(sort(said, "patch", bed).reasons("rr") for bed in range(8)))
    assert ("Inv", "weak-signal") in reasons
    assert ("Vld", None) in reasons
    assert set().union(*(sort(plain, "patch", bed).reasons("rr") for bed in range(8))) == {("Vld", None)}


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_has_the_same_luck_and_a_bed_changes_no_other(seed: int) -> None:
    """Bytes are the same, alone or among others."""
    alone = ward_of([Person()], seed=seed, chance=True)
    among = ward_of([Person()] * 4, seed=seed, chance=True)
    mine = [e.out.payload for e in played(among, 240) if e.bed == 0]
    assert [e.out.payload for e in played(alone, 240)] == mine


def test_a_script_and_chance_do_not_end_each_others_faults() -> None:
    """A fault of two causes lasts until both are over."""
    patch = Patch(1, ["bed01"], np.ones(1, bool))
    patch.fault(0, "motion", on=True, parameters={})
    patch.fault(0, "motion", on=True, parameters={}, cause="chance")
    patch.fault(0, "motion", on=False, parameters={}, cause="chance")
    assert patch.faults["motion"][0]
    patch.fault(0, "motion", on=False, parameters={})
    assert not patch.faults["motion"][0]


@pytest.mark.slow
def test_what_chance_began_is_told_with_its_length() -> None:
    """So that a debrief knows artefact from patient."""
    one = ward_of([Person()] * 30, chance=True)
    began = []
    for _ in range(1200):
        hear(one, 1, "patch")
        began += [b for b in one.befallen() if b.on]
        if len(began) > 3:
            break
    assert len(began) > 3
    assert all(b.lasts_s >= 1 for b in began)


def test_what_befalls_in_a_second_comes_by_device_and_bed_and_turns_by_itself() -> None:
    """However many turn at once: each is as when its bed is alone, and none is forgotten."""
    names = [f"bed{i:02d}" for i in range(12)]

    def befallen(beds: list[str]) -> list[tuple[float, str, str, str, bool]]:
        worn = np.ones(len(beds), bool)
        worn_by = {"patch": Patch(3, beds, worn), "oximeter": Oximeter(3, beds, worn)}
        chance, said = Chance(3, beds, worn_by), []
        for second in range(0, 40_000, 400):  # rarely asked, so that many are due at once
            found = chance.second(float(second))
            places = [(list(worn_by).index(b.device), b.bed) for b in found]
            assert places == sorted(places)
            said += [(float(second), beds[b.bed], b.device, b.kind, b.on) for b in found]
        return said

    among = befallen(names)
    assert len(among) > 500
    for name in names:
        assert [b for b in among if b[1] == name] == befallen([name])


def test_chance_brings_every_fault_of_every_kind_of_device_but_swapped_straps() -> None:
    """Within twenty days of eight beds that wear everything; what is on the mains never runs flat."""
    beds = [f"bed{i}" for i in range(8)]
    worn = {name: np.ones(8, bool) for name in DEVICES}
    wearables = Engine(1, beds, [Person()] * 8, worn).wearables
    chance = Chance(1, beds, wearables)
    brought = {
        (b.device, b.kind) for t in range(0, 20 * 86_400, 900) for b in chance.second(float(t)) if b.on
    }
    assert {kind for _, kind in brought} == set(FAULTS) - {"swapped"}
    assert {device for device, _ in brought} == set(DEVICES)
    assert ("monitor", "flat-battery") not in brought
