"""A recording over a real broker: what arrives is what the file holds."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from broker import messages as m
from broker import topics
from broker.client import Address, Link
from broker.codec import Accepted, decode
from devices.gateways.replay import RecordingError, replay
from tests.devices.detect.signals import ecg, moments
from tests.devices.replay.records import Channel, noise, write
from tests.patience import PATIENCE_S
from tests.real_broker import RealBroker

SESSION = "s-00beef"


class Listener:
    """A second client, which hears a bed."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self.heard: list[Accepted] = []

    async def listen(self) -> None:
        """Take what comes; all of it must be valid."""
        async for incoming in self._link.messages():
            if incoming.payload:
                got = decode(incoming.topic, incoming.payload)
                assert isinstance(got, Accepted), got
                self.heard.append(got)

    async def until(self, enough: Callable[[], object]) -> None:
        """Wait until ``enough``."""
        async with asyncio.timeout(PATIENCE_S):
            while not enough():
                await asyncio.sleep(0.01)

    def waves(self) -> list[m.Wave]:
        """Return the blocks heard."""
        return [x.message for x in self.heard if isinstance(x.message, m.Wave)]

    def states(self) -> list[str]:
        """Return what was heard of the device's presence."""
        return [x.message.state for x in self.heard if isinstance(x.message, m.Status)]

    def numerics(self) -> list[m.Num]:
        """Return the numerics heard."""
        return [x.message for x in self.heard if isinstance(x.message, m.Num)]


@asynccontextmanager
async def listening(broker: RealBroker, session: str = SESSION) -> AsyncIterator[Listener]:
    """Give a listener to all of a session."""
    everything = [(topics.everything(topics.OBSERVED, "home", session), 1)]
    async with Link(broker.address, "ear", subscriptions=everything) as link:
        await link.wait_connected(PATIENCE_S)
        listener = Listener(link)
        task = asyncio.create_task(listener.listen())
        yield listener
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def replaying(broker: RealBroker, path: Path, **options: object) -> AsyncIterator[None]:
    """Replay ``path`` in the background."""
    asked: dict[str, object] = {"bed": "bed09", "session": SESSION, **options}
    task = asyncio.create_task(replay(broker.address, path, **asked))  # type: ignore[arg-type] # options of any kind
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


@pytest.mark.slow
async def test_what_arrives_is_the_file(broker: RealBroker, tmp_path: Path) -> None:
    """In the live session, at its own rate: every sample, in order, within one step; then it is gone."""
    channels = [Channel("II", "mV", noise(720, 1)), Channel("ABP", "mmHg", noise(720, 2), gain=20)]
    path = write(tmp_path, "r", 360, channels)
    async with listening(broker, topics.LIVE) as ear:
        await replay(broker.address, path, bed="bed09")
        await ear.until(lambda: "offline" in ear.states())
    for channel, unit in zip(channels, ("mV", "mm[Hg]"), strict=True):
        blocks = [w for w in ear.waves() if w.u == unit]
        got = np.concatenate([np.array(w.d) * w.scale + w.off for w in blocks])
        assert np.abs(got - channel.values).max() <= 0.5 / channel.gain
        assert all(b.i0 == (a.i0 or 0) + len(a.d) for a, b in pairwise(blocks))
    assert {(x.topic.subject, x.topic.device) for x in ear.heard} == {("bed09", "rec-r")}
    assert ear.states() == ["online", "offline"]
    assert len(ear.numerics()) == 2


@pytest.mark.slow
async def test_a_loop_goes_on_without_a_seam(broker: RealBroker, tmp_path: Path) -> None:
    """After the last sample comes the first, and i0 and t go on."""
    channel = Channel("II", "mV", noise(333))
    path = write(tmp_path, "r", 250, [channel])
    async with listening(broker) as ear, replaying(broker, path, loop=True, speed=4):
        await ear.until(lambda: sum(len(w.d) for w in ear.waves()) > 3 * 333)
    blocks = ear.waves()
    got = np.concatenate([np.array(w.d) for w in blocks])
    assert (got == np.resize(channel.numbers, len(got))).all()
    assert all(b.i0 == (a.i0 or 0) + len(a.d) for a, b in pairwise(blocks))
    assert {w.boot for w in blocks} == {blocks[0].boot}


@pytest.mark.slow
async def test_a_lost_broker_heals(broker: RealBroker, tmp_path: Path) -> None:
    """A broker that dies and comes back is found again; what follows is at its right place."""
    signal = np.rint(ecg(moments(75, 20), 250, 20) * 1000).astype(np.int64)
    path = write(tmp_path, "r", 250, [Channel("II", "mV", signal, gain=1000)])
    async with listening(broker) as ear, replaying(broker, path, loop=True, speed=4):
        await ear.until(lambda: len(ear.numerics()) >= 5)
        broker.kill()
        heard = len(ear.waves())
        broker.restart()
        await ear.until(lambda: len(ear.waves()) > heard + 20 and len(ear.numerics()) >= 20)
    places = [w.i0 or 0 for w in ear.waves()]
    assert places == sorted(places)
    values = np.array([w.d[0] for w in ear.waves()])
    assert (values == signal[[place % len(signal) for place in places]]).all()
    seen = [n.seq or 0 for n in ear.numerics()]
    assert seen == sorted(set(seen))
    assert ear.numerics()[-1].m["hr"].v == pytest.approx(75, abs=12)  # the loop's seam is a long interval


async def test_who_is_cut_off_is_offline(broker: RealBroker, tmp_path: Path) -> None:
    """A replay that is stopped says so, before its connection ends."""
    path = write(tmp_path, "r", 250, [Channel("II", "mV", noise(2500))])
    async with listening(broker) as ear:
        async with replaying(broker, path):
            await ear.until(ear.waves)
        await ear.until(lambda: ear.states() == ["online", "offline"])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"bed": "Bed 9"}, "bed 'Bed 9': use up to 32 of a-z, 0-9 and -"),
        ({"bed": "bed09", "device": "a/b"}, "device 'a/b'"),
        ({"bed": "bed09", "speed": 2.0}, "live runs by the wall clock"),
        ({"bed": "bed09", "speed": -1.0, "session": SESSION}, "speed -1"),
    ],
)
async def test_what_cannot_be_is_refused(options: dict[str, object], says: str, tmp_path: Path) -> None:
    """Before anything is sent."""
    path = write(tmp_path, "r", 250, [Channel("II", "mV", noise(500))])
    with pytest.raises(RecordingError, match=says):
        await replay(Address("127.0.0.1", 1), path, **options)  # type: ignore[arg-type] # options of any kind
