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
    while (out := box.next(now_s)) is not None:
        box.sent(mid)
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
            box.acknowledged(first)
            delivered.append(payload)
        elif step == "cut":
            box.disconnected()
            flying = []
        assert len(box) <= bound
    box.disconnected()
    while rest := send_all(box, mid):
        mid += len(rest)
        for first, payload in rest:
            box.acknowledged(first)
            delivered.append(payload)
    numbers = [int(p) for p in delivered]
    assert numbers == sorted(set(numbers))
    assert len(numbers) + box.dropped == number


def test_expiry_counts_the_time_in_the_outbox() -> None:
    """A message has the seconds it has left, and goes when there are none."""
    box = Outbox(10)
    box.add(message(1, expiry_s=10), 0.0)
    box.add(message(2, expiry_s=60), 0.0)
    first = box.next(4.5)
    assert first is not None
    assert first.expiry_s == 6
    later = box.next(30.0)
    assert later is not None
    assert (later.payload, later.expiry_s, box.dropped) == (b"2", 30, 1)


def test_no_more_is_in_flight_than_the_broker_takes() -> None:
    """The broker's receive maximum is the window."""
    box = Outbox(100)
    box.limit(3)
    for n in range(10):
        box.add(message(n), 0.0)
    assert len(send_all(box, 1)) == 3
    box.acknowledged(2)
    assert len(send_all(box, 4)) == 1
