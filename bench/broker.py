"""Broker: messages a second out of one connection, CPU a message in, and a ward of 320 connections.

One ``Link`` (as a gateway has) publishes 300-byte numerics at QoS 0 and 1, beside ``mosquitto_pub -l``
and paho's own client, to each broker found here, nobody listening, best of several turns in turn.
A rate ends when the broker has everything: ours and paho's with the acknowledgement of a last
message, mosquitto_pub's with its exit, which is a little earlier. Then the CPU of receiving beside
``mosquitto_sub``, and how a ward's connections come up and what they cost.
"""

import argparse
import asyncio
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from time import perf_counter, process_time
from typing import Any, Final

from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion

from broker.client import Address, Link, Outgoing
from broker.embedded import HOST, EmbeddedBroker, Ports, Program, available

Row = dict[str, Any]

TOPIC: Final = "rpm/v1/home/s-1/bed01/patch/num"
PAYLOAD: Final = b'{"v":1,"boot":"a1b2c3","seq":1,"t":1768469400000,"m":{' + b",".join(
    b'"%s":{"v":%d,"u":"%s"}' % metric
    for metric in ((b"hr", 71, b"/min"), (b"rr", 16, b"/min"), (b"spo2", 97, b"%"), (b"pr", 71, b"/min"),
                   (b"temp", 37, b"Cel"), (b"nibp_sys", 120, b"mm[Hg]"), (b"nibp_dia", 80, b"mm[Hg]"))
) + b"}}"  # fmt: skip
FULL: Final = 1 << 20
"""Bytes that may wait in the link before its sender waits."""
BURST: Final = 20_000
"""Messages that the embedded broker's log can hold for a subscriber that is slower than the sender."""
WARD: Final = 320
"""64 beds with five wearables each."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add this benchmark's options."""
    parser.add_argument(
        "--messages", type=int, default=50_000, help="messages a turn (packet ids end at 65,535)"
    )
    parser.add_argument("--turns", type=int, default=3, help="turns of each client; the best counts")


def run(options: argparse.Namespace) -> Iterator[Row]:
    """Yield one result after the other, for each broker on this machine."""
    here: dict[Program, bool] = {
        "iotcore": available() == "iotcore",
        "mosquitto": shutil.which("mosquitto") is not None,
    }
    for program in (name for name, found in here.items() if found):
        broker = EmbeddedBroker(program)
        ports = broker.start(0, 0)
        try:
            for qos in (0, 1):
                yield from _publishing(ports, qos, options)
            yield from _receiving(ports, options)
            yield from asyncio.run(_ward(ports))
        finally:
            broker.stop()


def _publishing(ports: Ports, qos: int, options: argparse.Namespace) -> Iterator[Row]:
    clients: dict[str, Callable[[Ports, int, int], float]] = {"link": _by_link, "paho": _by_paho}
    if shutil.which("mosquitto_pub"):
        clients["mosquitto_pub -l"] = _by_mosquitto_pub
    best = dict.fromkeys(clients, 0.0)
    for _ in range(options.turns):
        for name, publish in clients.items():
            best[name] = max(best[name], options.messages / publish(ports, qos, options.messages))
    for peer in [name for name in clients if name != "link"]:
        yield _row(f"{ports.program} publish qos={qos}", best["link"], "msg/s", peer, best[peer])


def _row(
    case: str, value: float, unit: str, peer: str = "", peer_value: float = 0.0, *, less: bool = False
) -> Row:
    row: Row = {"bench": "broker", "case": case, "value": value, "unit": unit}
    if peer and peer_value:
        ratio = peer_value / value if less else value / peer_value
        row |= {"peer": peer, "peer_value": peer_value, "ratio": ratio}
    return row


def _by_link(ports: Ports, qos: int, count: int) -> float:
    return asyncio.run(_link_publishing(ports, qos, count))


async def _link_publishing(ports: Ports, qos: int, count: int) -> float:
    out = Outgoing(TOPIC, PAYLOAD, qos, expiry_s=3600)
    async with Link(Address.parse(ports.url, {}), "bench-link", outbox=2 * count) as link:
        await link.wait_connected(10)
        start = perf_counter()
        for i in range(count):
            link.send(out)
            if i % 500 == 499:  # about as often as a runner's tick gives way
                await asyncio.sleep(0)
                while link.behind > FULL:  # noqa: ASYNC110 -- the link has no event for it
                    await asyncio.sleep(0.001)
        link.send(Outgoing("bench/end", b"", 1))
        while link.unacknowledged:  # noqa: ASYNC110 -- an event would cost the path that is measured
            await asyncio.sleep(0)
        if link.dropped:
            raise RuntimeError(f"{link.dropped} messages were dropped: not a rate")
        return perf_counter() - start


def _by_paho(ports: Ports, qos: int, count: int) -> float:
    client = paho.Client(CallbackAPIVersion.VERSION2, client_id="bench-paho", protocol=paho.MQTTv5)
    client.max_inflight_messages_set(1000)
    ready = threading.Event()
    client.on_connect = lambda *_: ready.set()
    client.connect(HOST, ports.mqtt5)
    client.loop_start()
    ready.wait(10)
    start = perf_counter()
    last = None
    for _ in range(count):
        last = client.publish(TOPIC, PAYLOAD, qos)
    if qos == 0:
        last = client.publish("bench/end", b"", 1)
    if last is not None:
        last.wait_for_publish(60)
    took = perf_counter() - start
    client.disconnect()
    client.loop_stop()
    return took


def _by_mosquitto_pub(ports: Ports, qos: int, count: int) -> float:
    with tempfile.TemporaryFile() as lines:
        lines.write((PAYLOAD + b"\n") * count)
        lines.seek(0)
        start = perf_counter()
        subprocess.run(_tool("mosquitto_pub", ports, qos, "-l"), stdin=lines, check=True)
        return perf_counter() - start


def _tool(name: str, ports: Ports, qos: int, *more: str) -> list[str]:
    return [name, "-V", "5", "-h", HOST, "-p", str(ports.mqtt5), "-t", TOPIC, "-q", str(qos), *more]


def _receiving(ports: Ports, options: argparse.Namespace) -> Iterator[Row]:
    if not shutil.which("mosquitto_pub"):
        return
    for qos in (0, 1):
        count = min(options.messages, BURST)
        ours = min(asyncio.run(_link_receiving(ports, qos, count)) for _ in range(options.turns))
        theirs = min(_sub_receiving(ports, qos, count) for _ in range(options.turns))
        case = f"{ports.program} receive qos={qos}"
        yield _row(case, ours * 1e6, "CPU µs/msg", "mosquitto_sub", theirs * 1e6, less=True)


async def _link_receiving(ports: Ports, qos: int, count: int) -> float:
    address = Address.parse(ports.url, {})
    async with Link(address, "bench-in", subscriptions=[(TOPIC, qos)], inbox=2 * count) as link:
        await link.wait_connected(10)
        feeding = asyncio.create_task(asyncio.to_thread(_by_mosquitto_pub, ports, 1, count))
        got, start = 0, process_time()
        async with asyncio.timeout(60):  # a broker may lose what its log cannot hold
            async for _ in link.messages():
                got += 1
                if got == count:
                    break
        cpu = process_time() - start
        await feeding
        return cpu / count


def _sub_receiving(ports: Ports, qos: int, count: int) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen(
        _tool("mosquitto_sub", ports, qos, "-C", str(count)), stdout=subprocess.DEVNULL
    ) as listener:
        threading.Event().wait(0.5)  # it does not tell when it is subscribed
        with subprocess.Popen(_feeder(ports, count)) as feeder:
            listener.wait(60)  # first, so that the feeder's CPU is not among that of ended children yet
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            feeder.wait()
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / count


def _feeder(ports: Ports, count: int) -> list[str]:
    code = f"import bench.broker as b; b._by_mosquitto_pub(b.Ports({ports.mqtt}, {ports.mqtt5}), 1, {count})"
    return [sys.executable, "-c", code]


async def _ward(ports: Ports) -> list[Row]:
    address, loop = Address.parse(ports.url, {}), asyncio.get_running_loop()
    links = [
        Link(address, f"bench-{i}", will=Outgoing(f"{TOPIC}/{i}", b"x", 1, retain=True)) for i in range(WARD)
    ]
    start = perf_counter()
    for link in links:
        await link.__aenter__()
    await asyncio.gather(*(link.wait_connected(30) for link in links))
    connected = perf_counter() - start
    cpu, begin, count = process_time(), loop.time(), 0
    for tick in range(25):  # five seconds: three waves a bed each 0.2 s, two numerics a bed each second
        for bed in range(0, WARD, 5):
            for wave in range(3):
                links[bed + wave % 2].send(Outgoing(TOPIC, 3 * PAYLOAD, expiry_s=5))
            for device in range(2 if tick % 5 == 0 else 0):
                links[bed + device].send(Outgoing(TOPIC, PAYLOAD, 1, expiry_s=3600))
                count += 1
            count += 3
        await asyncio.sleep(max(0.0, begin + 0.2 * (tick + 1) - loop.time()))
    cpu = process_time() - cpu
    dropped = sum(link.dropped for link in links)
    await asyncio.gather(*(link.__aexit__() for link in links))
    case = f"{ports.program} ward of {WARD} links"
    return [
        _row(f"{case}: connect", connected, "s"),
        _row(f"{case}: CPU", cpu / 5, "share of a core"),
        _row(f"{case}: CPU", cpu / count * 1e6, "µs/msg"),
        _row(f"{case}: dropped", dropped, "messages"),
    ]
