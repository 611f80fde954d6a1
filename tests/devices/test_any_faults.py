"""Whatever befalls devices, in any order, together and over each other: what always holds on the wire."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker import messages as m
from devices.person import generate
from devices.randomness import generator
from devices.ward import Ward
from tests.devices.ward_of import DEVICES, Heard, played, sort, ward_of
from vitals.catalogue import VITAL_SIGNS

WORN = (
    "cuff",
    "thermometer",
    "band",
    "monitor",
    "wrist-oximeter",
    "capnometer",
    "cgm",
    "scale",
    "spirometer",
)
BEDS = 2
PAIRS = (("abp_dia", "abp_map"), ("abp_map", "abp_sys"), ("nibp_dia", "nibp_map"), ("nibp_map", "nibp_sys"))


@st.composite
def deeds(draw: st.DrawFn) -> list[tuple[str, tuple[Any, ...]]]:
    """Return up to a dozen things to do to a ward, with times to let pass between them."""
    out: list[tuple[str, tuple[Any, ...]]] = []
    for _ in range(draw(st.integers(1, 12))):
        bed, device = draw(st.integers(0, BEDS - 1)), draw(st.sampled_from((*DEVICES[:2], *WORN)))
        what = draw(st.sampled_from(("fault", "fault", "fault", "mend", "swap", "rhythm", "wait")))
        match what:
            case "fault" | "mend":
                out.append((what, (bed, device, draw(st.integers(0, 40)))))
            case "swap":
                out.append((what, (device, 0, 1)))
            case "rhythm":
                out.append((what, (bed, draw(st.sampled_from(("sinus", "af", "vf", "svt"))))))
            case _:
                out.append((what, (draw(st.integers(1, 45)),)))
    return out


def done(one: Ward, worn: tuple[str, ...], what: str, how: tuple[Any, ...]) -> int:
    """Do it; return for how many seconds to let time pass."""
    if what == "rhythm":
        one.rhythm(*how)
    elif what == "swap" and how[0] in worn:
        one.swap(*how)
    elif what in {"fault", "mend"} and how[1] in worn:
        bed, device, number = how
        kinds = list(one.faults_of(device))
        one.fault(bed, device, kinds[number % len(kinds)], what == "fault")
    return int(how[0]) if what == "wait" else 2


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(plan=deeds(), seed=st.integers(0, 99), usual=st.booleans())
def test_what_always_holds(plan: list[tuple[str, tuple[Any, ...]]], seed: int, *, usual: bool) -> None:
    """Every byte is a message of the wire; values in their range, pressures in order; a boot counts on."""
    worn = DEVICES if usual else WORN
    people = [generate(generator(seed, f"bed{i:02d}", "person")) for i in range(BEDS)]
    one = ward_of(people, devices=worn, seed=seed, chance=seed % 2 == 0)
    said = one.hello() + played(one, 2, waves=True)
    for what, how in plan:
        said += played(one, done(one, worn, what, how), waves=seed % 3 == 0)
    for device in worn:
        for bed in range(BEDS):
            mine = [e for e in said if (e.bed, e.device) == (bed, device)]
            holds(sort(mine, device, bed))


def holds(heard: Heard) -> None:
    """Check what one device said."""
    for num in heard.num:
        for key, reading in num.m.items():
            check(key, reading)
        for low, high in PAIRS:
            if low in num.m and high in num.m and None not in (num.m[low].v, num.m[high].v):
                assert num.m[low].v <= num.m[high].v  # type: ignore[operator]  # neither is None
    for boot in {n.boot for n in heard.num}:
        said = [(n.seq, n.m, n.t) for n in heard.num if n.boot == boot]
        by_number = {seq: (values, t) for seq, values, t in said}
        assert all(by_number[seq] == (values, t) for seq, values, t in said)
        assert len(by_number) <= 1 + max(seq for seq in by_number if seq is not None)


def check(key: str, reading: m.Reading) -> None:
    """Check one value: there when it may be, in range, and as fine as its metric."""
    sign = VITAL_SIGNS[key]
    assert (reading.v is None) == (reading.q not in {"Vld", "Qst"})
    assert (reading.why is None) == (reading.q == "Vld")
    if reading.v is not None:
        assert sign.lowest <= reading.v <= sign.highest
        assert reading.v == round(reading.v, sign.decimals)
