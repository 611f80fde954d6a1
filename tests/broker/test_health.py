"""What a part says of itself over HTTP, in Prometheus' words and in its own."""

import asyncio
import json
import math

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.address import Address
from broker.client import Link, Outgoing
from broker.exposition import CONTENT_TYPE, Metric, counter, gauge, text
from broker.health import Health
from broker.health_server import LONGEST_HEAD, serving
from tests.exposition import read
from tests.patience import PATIENCE_S
from tests.real_broker import RealBroker

_name = st.from_regex(r"[a-z][a-z_]{0,20}", fullmatch=True)
_labels = st.dictionaries(st.sampled_from(["reason", "connection", "x"]), st.text(), max_size=3)
_families = st.lists(
    st.tuples(
        _name,
        st.booleans(),
        st.text(st.characters(exclude_characters="\r\x85\x0b\x0c\x1c\x1d\x1e\u2028\u2029")),
        st.lists(
            st.tuples(_labels, st.floats(0, allow_nan=False) | st.integers(0)),
            unique_by=lambda v: repr(sorted(v[0].items())),
        ),
    ),
    unique_by=lambda f: (f[0], f[1]),
)


@pytest.mark.slow
@given(_families)
def test_prometheus_reads_what_was_written(
    families: list[tuple[str, bool, str, list[tuple[dict[str, str], float]]]],
) -> None:
    """Any help, any label, any number: the strict reader finds exactly these."""
    made = [(counter if counts else gauge)(name, about, values) for name, counts, about, values in families]
    found = read(text(made))
    assert len(found) == len(families)
    for metric, (_, counts, _, values) in zip(made, families, strict=True):
        family = found[metric.name]
        assert family.kind == ("counter" if counts else "gauge")
        assert family.values == {tuple(labels.items()): float(value) for labels, value in values}


def test_numbers_that_are_none_have_their_own_words() -> None:
    """As the format says."""
    metric = Metric("x", "gauge", "a\nb\\", [({"n": str(n)}, n) for n in (math.inf, -math.inf, math.nan)])
    assert list(metric.lines()) == [
        "# HELP x a\\nb\\\\",
        "# TYPE x gauge",
        'x{n="inf"} +Inf',
        'x{n="-inf"} -Inf',
        'x{n="nan"} NaN',
    ]


async def test_a_part_answers_what_it_is_asked() -> None:
    """Numbers of the process itself; well until something is wrong, and then it says what."""
    health, wrong = Health("station", "home"), list[str]()
    health.watch(lambda: [gauge("beds_watched", "Beds.", 3)], lambda: wrong)
    async with serving(health, "127.0.0.1", 0) as port, httpx.AsyncClient(timeout=PATIENCE_S) as client:
        base = f"http://127.0.0.1:{port}"
        metrics = await client.get(f"{base}/metrics?x=1")
        assert metrics.headers["content-type"] == CONTENT_TYPE
        found = read(metrics.text)
        assert found["teleward_beds_watched"].values == {(): 3}
        assert dict(next(iter(found["teleward_info"].values)))["part"] == "station"
        assert found["process_resident_memory_bytes"].values[()] > 1_000_000
        assert found["process_cpu_seconds_total"].values[()] > 0
        well = await client.get(f"{base}/healthz")
        assert (well.status_code, well.json()["ok"]) == (200, True)
        wrong.append("the store is away")
        ill = await client.get(f"{base}/healthz")
        assert ill.status_code == 503
        assert ill.json() == {
            "part": "station", "site": "home", "ok": False, "troubles": ["the store is away"]
        }  # fmt: skip
        assert (await client.head(f"{base}/metrics")).text == ""
        assert (await client.get(f"{base}/")).status_code == 404
        assert (await client.post(f"{base}/metrics")).status_code == 405


@pytest.mark.parametrize(
    "junk", [b"", b"\0" * 9, b"GET\r\n\r\n", b"\r\n\r\n", b"x" * LONGEST_HEAD * 2], ids=len
)
async def test_junk_ends_a_conversation_and_no_more(junk: bytes) -> None:
    """Whoever comes next is answered."""
    async with serving(Health("station", "home"), "127.0.0.1", 0) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(junk)
        writer.write_eof()
        said = await reader.read()
        assert said == b"" or said.startswith(b"HTTP/1.1 40")
        writer.close()
        async with httpx.AsyncClient(timeout=PATIENCE_S) as client:
            assert (await client.get(f"http://127.0.0.1:{port}/healthz")).status_code == 200


async def test_a_connection_to_nowhere_is_a_trouble() -> None:
    """It is named, with the reason."""
    health = Health("station", "home")
    async with Link(Address.parse("mqtt://127.0.0.1:1", {}), "nobody") as link:
        health.watch_link("ingest", link)
        with pytest.raises(TimeoutError):
            await link.wait_connected(0.3)
        assert read(health.metrics())["teleward_broker_connected"].values == {(("connection", "ingest"),): 0}
        assert "ingest has no connection to the broker" in json.loads(health.told())["troubles"][0]


async def test_what_came_and_what_waits_is_told(broker: RealBroker) -> None:
    """A part that does not keep up shows by how many messages; taken, they wait no longer."""
    health = Health("dashboard", "home")
    async with Link(broker.address, "slow", subscriptions=[("t", 1)]) as link:
        health.watch_link("pages", link)
        await link.wait_connected(PATIENCE_S)
        for _ in range(5):
            link.send(Outgoing("t", b"x", qos=1))

        def told(name: str) -> float:
            return read(health.metrics())[f"teleward_broker_{name}"].values[("connection", "pages"),]

        async with asyncio.timeout(PATIENCE_S):
            while told("received_total") < 5:
                await asyncio.sleep(0.01)
        assert told("waiting") == 5
        messages = link.messages()
        for left in (4, 3, 2, 1, 0):
            await anext(messages)
            assert told("waiting") == left
        assert told("received_total") == 5
