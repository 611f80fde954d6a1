"""The outbox keeps order and its bound."""

from hypothesis import given
from hypothesis import strategies as st

from broker.outbox import Outbox
from broker.packets import Outgoing


def message(n: int, expiry_s: int | None = None) -> Outgoing:
    """Give the message numbered ``n``."""
    return Outgoing("t", str(n).encode(), 1, expiry_s=expiry_s)


def send_all(box: Outbox, mid: int, now_s: float = 0.0) -> list[tuple[int, bytes]]:
    """Send what may go, with packet ids from ``mid`` on."""
    sent = []
    while (out := box.next(now_s, mid)) is not None:
        sent.append((mid, out.payload))
        mid += 1
    return sent


@given(st.data(), st.integers(2, 20))
def test_nothing_is_lost_and_order_is_kept(data: st.DataObject, bound: int) -> None:
    """Whatever the broker does, every message is delivered in order, or counted as dropped."""
    box, number, mid, delivered = Outbox(bound), 0, 1, []
    flying: list[tuple[int, bytes]] = []
    for step in data.draw(st.lists(st.sampled_from(["add", "send", "ack", "cut"]), max_size=60)):
        if step == "add":
            box.add(message(number), 0.0)
            number += 1
        elif step == "send":
            sent = send_all(box, mid)
            mid += len(sent)
            flying += sent
        elif step == "ack" and flying:
            first, payload = flying.pop(0)
            box.acknowledged(first, 0.0)
            delivered.append(payload)
        elif step == "cut":
            box.disconnected(0.0)
            flying = []
        assert len(box) <= bound
    box.disconnected(0.0)
    while rest := send_all(box, mid):
        mid += len(rest)
        for first, payload in rest:
            box.acknowledged(first, 0.0)
            delivered.append(payload)
    numbers = [int(p) for p in delivered]
    assert numbers == sorted(set(numbers))
    assert len(numbers) + box.dropped == number


def test_expiry_counts_the_time_in_the_outbox() -> None:
    """A message has the seconds it has left, and goes when there are none."""
    box = Outbox(10)
    box.add(message(1, expiry_s=10), 0.0)
    box.add(message(2, expiry_s=60), 0.0)
    first = box.next(4.5, 1)
    assert first is not None
    assert first.expiry_s == 6
    box.disconnected(4.5)
    later = box.next(30.0, 2)
    assert later is not None
    assert (later.payload, later.expiry_s, box.dropped) == (b"2", 30, 1)


def test_no_more_is_in_flight_than_the_broker_takes() -> None:
    """The broker's receive maximum is the window."""
    box = Outbox(100)
    box.limit(3)
    for n in range(10):
        box.add(message(n), 0.0)
    assert len(send_all(box, 1)) == 3
    box.acknowledged(2, 0.0)
    assert len(send_all(box, 4)) == 1


def test_what_was_acknowledged_just_before_the_end_goes_again() -> None:
    """The last seconds are repeated in order before what waits, and no older ones."""
    box = Outbox(100, again_s=2.0)
    for n in range(6):
        box.add(message(n), 0.0)
    send_all(box, 1)
    for mid, now_s in ((1, 1.0), (2, 3.5), (3, 4.0), (4, 4.5)):
        box.acknowledged(mid, now_s)
    box.disconnected(5.0)
    box.add(message(6), 5.0)
    assert [payload for _, payload in send_all(box, 10)] == [b"1", b"2", b"3", b"4", b"5", b"6"]
    assert box.dropped == 0


def test_retained_messages_pass_those_that_are_held() -> None:
    """Who a device is can be said before there is anybody to take its numbers."""
    box = Outbox(100)
    box.held = True
    box.add(message(1), 0.0)
    box.add(Outgoing("s", b"online", 1, retain=True), 0.0)
    assert send_all(box, 1) == [(1, b"online")]
    box.held = False
    assert send_all(box, 2) == [(2, b"1")]


def test_overflow_takes_retained_messages_last() -> None:
    """The newest word on who is there outlives the numbers."""
    box = Outbox(2)
    box.add(Outgoing("s", b"online", 1, retain=True), 0.0)
    for n in range(3):
        box.add(message(n), 0.0)
    assert (len(box), box.dropped) == (2, 2)
    assert box.retained_topics() == {"s"}


def test_what_was_acknowledged_in_the_receivers_absence_goes_again() -> None:
    """While there is no receiver nothing is forgotten, however long ago the broker took it."""
    box = Outbox(100, again_s=2.0)
    for n in range(3):
        box.add(message(n), 0.0)
    send_all(box, 1)
    box.acknowledged(1, 1.0)
    box.kept = True
    box.acknowledged(2, 50.0)
    box.repeat(99.0)
    assert [payload for _, payload in send_all(box, 10)] == [b"0", b"1"]


@given(st.integers(2, 10), st.integers(0, 40))
def test_what_is_kept_is_bounded(bound: int, count: int) -> None:
    """No more than the bound is kept, and copies that go do not count."""
    box = Outbox(bound, again_s=2.0)
    box.kept = True
    for n in range(count):
        box.add(message(n), 0.0)
        for mid, _ in send_all(box, n):
            box.acknowledged(mid, 0.0)
    box.repeat(0.0)
    assert len(box) == min(bound, count)
    box.add(message(count), 0.0)
    assert box.dropped == 0
