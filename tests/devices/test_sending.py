"""What only some beds' devices send is drawn for them alone: they say what they would say beside others."""

from collections.abc import Sequence

import numpy as np
import pytest

from broker.packets import Outgoing
from devices.person import generate
from devices.randomness import generator
from devices.ward import BedSetup, Ward

BEDS = 5
MONITORED = (1, 3)
USUAL = ("patch", "oximeter", "cuff")
MORE = (*USUAL, "monitor", "capnometer")
TICKS = 60


def ward(monitored: Sequence[int], usual: tuple[str, ...] = USUAL) -> Ward:
    """Return a ward in which some have a monitor and a capnometer beside the usual devices."""
    names = [f"bed{i:02d}" for i in range(BEDS)]
    people = [generate(generator(8, name, "person")) for name in names]
    setups = [
        BedSetup(name, person, MORE if i in monitored else usual)
        for i, (name, person) in enumerate(zip(names, people, strict=True))
    ]
    one = Ward("site", "session", setups, seed=8, start_ms=0)
    for bed, rhythm in ((1, "third-degree"), (3, "af-uncaptured")):
        one.rhythm(bed, rhythm)
    return one


def said(one: Ward, *, swapped: bool) -> list[tuple[int, str, Outgoing]]:
    """Return what the monitored beds' devices say, their monitors on each other's patients for a while."""
    out = []
    for tick in range(TICKS):
        if swapped and tick in {15, 45}:
            one.swap("monitor", *MONITORED)
            one.swap("patch", 1, 2)
        if tick == 30:
            one.fault(3, "monitor", "motion", on=True)
            one.fault(1, "patch", "mains-hum", on=True)
        out += [(e.bed, e.device, e.out) for e in one.tick(waves=True) if e.bed in MONITORED]
    return out


@pytest.mark.parametrize("swapped", [False, True])
def test_monitored_beds_say_the_same_bytes_whoever_else_is_monitored(*, swapped: bool) -> None:
    """Numbers and waves, with rhythms, faults, and monitors that sit on another's patient."""
    some, everybody = said(ward(MONITORED), swapped=swapped), said(ward(range(BEDS)), swapped=swapped)
    assert sum(out.topic.endswith("/abp") for _, _, out in some) > TICKS
    assert some == everybody


def test_waves_are_drawn_of_those_who_send_them() -> None:
    """A lead of the monitor's is level for all others, unless somebody asks for it; so is the capnogram."""
    one = ward(MONITORED)
    one.tick(waves=False)
    drawn, asked = one._engine.draw(2), one._engine.draw(2, ("ecg_v5",))
    for key in ("ecg_v5", "ecg_iii", "capno", "abp"):
        assert np.nonzero(np.ptp(drawn[key], axis=1))[0].tolist() == list(MONITORED)
    assert np.ptp(asked["ecg_v5"], axis=1).all()
    assert np.array_equal(asked["ecg_v5"][list(MONITORED)], drawn["ecg_v5"][list(MONITORED)])
    assert np.ptp(drawn["ecg_ii"], axis=1).all()


def test_a_swapped_monitor_draws_the_patient_on_whom_it_sits() -> None:
    """Who had one and who has it now: each is drawn where it sits, and done twice all is as before."""
    one = ward((1,), ("patch",))._engine
    one.warm_up()
    for worn, expected in ((1, [1]), (4, [4]), (1, [1])):
        monitor = one.wearables["monitor"]
        if monitor.whom[1] != worn:
            monitor.exchange(1, 4)
        assert np.nonzero(np.ptp(one.draw()["abp"], axis=1))[0].tolist() == expected


def test_what_no_device_sends_is_drawn_of_all() -> None:
    """Lead II, respiration and pleth are there for whoever looks."""
    one = ward((), ("cuff",))._engine
    assert sorted(one.draw()) == ["ecg_ii", "pleth", "resp"]
    one.warm_up()
    assert all(np.ptp(samples, axis=1).all() for samples in one.draw().values())


def test_a_lead_that_others_are_made_of_is_drawn_for_them() -> None:
    """III of everybody needs everybody's I and II, whoever sends these."""
    one = ward((1,), ("oximeter",))._engine
    one.warm_up()
    asked = one.draw(1, ("ecg_iii",))["ecg_iii"]
    assert np.array_equal(asked, one.draw(1, ("ecg_i", "ecg_ii", "ecg_iii"))["ecg_iii"])
    assert np.ptp(asked, axis=1).all()
