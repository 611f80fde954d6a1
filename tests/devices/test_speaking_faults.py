"""Faults of how a device speaks: what it measures stays right, its messages do not come as they should."""

import numpy as np
import pytest

from tests.devices.ward_of import CALM, START_MS, calm, hear, played, sort, ward_of


def test_frozen_firmware_says_its_last_values_for_ever() -> None:
    """The same numbers with new times and sequence numbers, valid, while the trace goes on."""
    one = calm()
    last = hear(one, 1, "patch").num[-1].m
    one.fault(0, "patch", "frozen", True)
    one.aim("hr", np.full(1, 150.0))
    heard = hear(one, 60, "patch", waves=True)
    assert all(n.m == last for n in heard.num)
    assert len({n.t for n in heard.num}) == len({n.seq for n in heard.num}) == 60
    assert len({tuple(w.d) for w in heard.wave}) > 200
    one.fault(0, "patch", "frozen", False)
    assert hear(one, 5, "patch").values("hr")[-1] == pytest.approx(150, abs=10)


def test_out_of_range_keeps_what_was_measured_and_sends_it_in_order() -> None:
    """Nothing but the last will while away; then every number, with its own time, and no wave."""
    one, there = calm(), calm()
    one.fault(0, "oximeter", "out-of-range", True)
    away = hear(one, 60, "oximeter", waves=True)
    assert [s.state for s in away.status] == ["offline"]
    assert not away.num
    assert not away.wave
    one.fault(0, "oximeter", "out-of-range", False)
    back = hear(one, 20, "oximeter", waves=True)
    assert [s.state for s in back.status] == ["online"]
    assert len(back.num) == 80
    assert back.order() == list(range(back.order()[0], back.order()[0] + 80))
    assert [n.t for n in back.num] == [START_MS + 1000 * k for k in range(21, 101)]
    never_away = hear(there, 80, "oximeter")
    assert [n.m for n in back.num] == [n.m for n in never_away.num]
    assert back.num[0].boot == never_away.num[0].boot


@pytest.mark.slow
def test_a_long_backlog_is_bounded_and_sent_a_little_at_a_time() -> None:
    """No tick says more than a device can send; what is newest is kept."""
    one = ward_of([CALM], devices=("oximeter",))
    one.fault(0, "oximeter", "out-of-range", True)
    played(one, 4200)
    one.fault(0, "oximeter", "out-of-range", False)
    ticks = [len(sort(one.tick(waves=False), "oximeter").num) for _ in range(300)]
    assert max(ticks) <= 20
    assert 4000 <= sum(ticks) <= 4060


def test_a_reboot_begins_anew_and_has_no_values_at_first() -> None:
    """Back by itself after 15 s: another boot, numbers from zero, `Ong` until averages are full."""
    one = calm()
    before = hear(one, 1, "patch").num[-1]
    one.fault(0, "patch", "reboot", True)
    assert not hear(one, 15, "patch").num
    after = hear(one, 60, "patch")
    assert after.num[0].boot != before.boot
    assert after.order() == list(range(60))
    assert (after.num[0].m["hr"].q, after.num[0].m["hr"].why) == ("Ong", "starting")
    assert 0 not in after.values("hr")
    assert after.num[-1].m["hr"].q == after.num[-1].m["rr"].q == "Vld"


def test_lost_messages_leave_gaps_in_the_numbers_about_as_many_as_said() -> None:
    """A share of 0.4 is missing; what comes is in order."""
    one = calm()
    one.fault(0, "oximeter", "lost-messages", True, share=0.4)
    order = hear(one, 400, "oximeter").order()
    assert order == sorted(set(order))
    assert 0.5 < len(order) / 400 < 0.7


def test_late_messages_come_in_order_and_late() -> None:
    """Each is said twenty seconds after its time."""
    one = calm()
    one.fault(0, "oximeter", "late-messages", True)
    assert not hear(one, 19.8, "oximeter").num
    for _ in range(100):
        for n in sort(one.tick(waves=False), "oximeter").num:
            assert n.t is not None
            assert 20_000 <= one.now_ms - n.t <= 20_400


def test_repeated_messages_are_the_same_bytes_twice() -> None:
    """Boot and number too, so that a store knows them."""
    one = calm()
    one.fault(0, "oximeter", "repeated-messages", True, share=1.0)
    said = [e.out.payload for e in played(one, 30) if e.out.topic.endswith("oximeter/num")]
    twice = {p for p in said if said.count(p) == 2}
    assert len(twice) == 28
    assert len(said) == len(set(said)) + 28


def test_reordered_messages_overtake_each_other_and_none_is_lost() -> None:
    """The numbers come out of order; all of them come."""
    one = calm()
    one.fault(0, "oximeter", "reordered-messages", True)
    order = hear(one, 60, "oximeter").order()
    one.fault(0, "oximeter", "reordered-messages", False)
    order += hear(one, 6, "oximeter").order()
    assert order != sorted(order)
    assert sorted(order) == list(range(min(order), min(order) + 66))


def test_a_wrong_clock_dates_everything_wrong_and_nothing_else() -> None:
    """Numbers, waves and descriptions carry its time; values stay."""
    right, wrong = calm(), calm()
    wrong.fault(0, "patch", "wrong-clock", True, off_s=-7200.0)
    a, b = hear(right, 5, "patch", waves=True), hear(wrong, 5, "patch", waves=True)
    right_t = [x.t for x in a.num] + [x.t for x in a.wave]
    wrong_t = [x.t for x in b.num] + [x.t for x in b.wave]
    assert wrong_t == [t - 7_200_000 for t in right_t if t is not None]
    assert [n.m for n in a.num] == [n.m for n in b.num]


def test_a_drifting_clock_gains_as_much_as_said() -> None:
    """A thousand millionths are a second in a thousand."""
    one = calm()
    one.fault(0, "patch", "clock-drift", True, ppm=1000.0)
    last = hear(one, 500, "patch").num[-1]
    assert last.t is not None
    assert last.t - one.now_ms == 500
    one.fault(0, "patch", "clock-drift", False)
    assert hear(one, 1, "patch").num[-1].t == one.now_ms


def test_which_messages_are_lost_does_not_depend_on_waves() -> None:
    """A page that draws changes no number."""

    def numbers(*, waves: bool) -> list[int]:
        one = calm()
        for kind in ("lost-messages", "repeated-messages", "reordered-messages"):
            one.fault(0, "patch", kind, True)
        return hear(one, 30, "patch", waves=waves).order()

    assert numbers(waves=True) == numbers(waves=False)
