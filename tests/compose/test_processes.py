"""The compose file's stack comes up on a real Mosquitto and a real InfluxDB, and scales out."""

import asyncio
import threading
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from broker import topics
from broker.address import Address
from broker.client import Link
from broker.codec import Accepted, decode
from broker.messages import Num
from broker.store import open_store
from broker.store.protocol import Store
from dashboard.seal import Seal
from tests.broker.secured import need
from tests.compose import stack
from tests.compose.processes import Processes, adapt, eventually
from tests.patience import PATIENCE_S
from tests.real_influx import RealInflux, RemoteInflux, found

pytestmark = [
    pytest.mark.slow, pytest.mark.influx, pytest.mark.mosquitto, pytest.mark.timeout(900),
]  # fmt: skip
SERVERS = ("broker", "station", "simulate", "dashboard")
MORE = ("ingest-2", "dashboard-2")
ENOUGH = 150
Heard = dict[tuple[str, str, str, str, int], float]
"""(session, bed, device, metric, seq) to value."""


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Processes]:
    """Give the whole stack, configured by its own one-shot services, with nothing started but servers."""
    need("mosquitto")
    need("openssl")
    server = found()
    if not isinstance(server, RealInflux | RemoteInflux):
        pytest.skip("no InfluxDB 2: put influxd ≥ 2.7 on PATH, or set TELEWARD_TEST_INFLUX_URL")
    given = {
        **stack.variables(),
        "TELEWARD_INFLUX_ADMIN_PASSWORD": uuid.uuid4().hex,
        "TELEWARD_INFLUX_ADMIN_TOKEN": server.token,
        "TELEWARD_CERTIFICATES": "./certificates",
    }
    ward = Processes(stack.services(given), tmp_path / "ward", server.url, f"t-{uuid.uuid4().hex[:12]}")
    ward.folder.mkdir()
    try:
        ward.certify()
        ward.once("configure-broker")
        ward.once("configure-store")
        adapt(ward.folder / "broker" / "mosquitto.conf")
        yield ward
    finally:
        ward.stop()
        server.stop()


def opened(ward: Processes, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Open the store as the dashboard does."""
    env = ward.environment("dashboard")
    monkeypatch.setenv("TELEWARD_INFLUX_TOKEN_FILE", env["TELEWARD_INFLUX_TOKEN_FILE"])
    return open_store(env["TELEWARD_STORE"], readonly=True)


class Ear:
    """Hears what the devices promise, beside the station, until it is told to stop."""

    def __init__(self, ward: Processes) -> None:
        env = ward.environment("dashboard")
        self._address = Address.parse(env["TELEWARD_BROKER"], env, "dashboard")
        self.heard: Heard = {}
        self._end = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._listen()))
        self._thread.start()

    async def _listen(self) -> None:
        wanted = [(topics.device("home", "+", "+", "+", "num"), 1)]
        async with Link(self._address, "ear", subscriptions=wanted) as link:
            task = asyncio.create_task(self._take(link))
            await asyncio.to_thread(self._end.wait)
            task.cancel()

    async def _take(self, link: Link) -> None:
        async for message in link.messages():
            got = decode(message.topic, message.payload)
            assert isinstance(got, Accepted)
            assert isinstance(got.message, Num)
            place, num = got.topic, got.message
            for metric, reading in num.m.items():
                if reading.v is not None and num.seq is not None:
                    key = (place.session, place.subject, place.device, metric, num.seq)
                    self.heard[key] = reading.v

    def stop(self) -> Heard:
        """Stop, and return what was heard."""
        self._end.set()
        self._thread.join()
        return self.heard


def kept(store: Store, heard: Heard) -> list[tuple[str, str, str, str, int]]:
    """Return the identities that the store holds of the beds and metrics heard, as often as it does."""
    return [
        (session, bed, o.device, metric, o.seq)
        for session, bed, metric in {(s, b, m) for s, b, _, m, _ in heard}
        for o in store.observations(session, bed, metric, 0, 2**53 // 1000)
        if o.value is not None and o.seq is not None
    ]


def opens(ward: Processes, page: str, cookie: dict[str, str] | None = None) -> httpx.Response:
    """Open a page."""
    url = f"http://127.0.0.1:{ward.pages[page]}/"
    html = {"accept": "text/html"}
    return httpx.get(url, headers=html, cookies=cookie or {}, follow_redirects=True, timeout=PATIENCE_S)


def joined(ward: Processes, page: str) -> dict[str, str]:
    """Join as a trainee would, with the class's code; return the cookie."""
    code = Seal(ward.folder / "page").join_code()
    base = f"http://127.0.0.1:{ward.pages[page]}"
    with httpx.Client(base_url=base, headers={"origin": base}, timeout=PATIENCE_S) as browser:
        answer = browser.post("/join", data={"name": "Aino K", "code": code})
        assert answer.status_code == 303, answer.text
        return dict(browser.cookies)


def test_the_ward_comes_up_and_scales_out(ward: Processes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numerics reach the store, pages open; of two ingests one is killed, and nothing is lost or doubled."""
    for name in (*SERVERS[:1], *MORE, *SERVERS[1:]):
        ward.start(name)
    ear = Ear(ward)
    try:
        for name in (*SERVERS[1:], *MORE):
            eventually(partial(ward.healthy, name), f"{name} healthy")
        store = opened(ward, monkeypatch)
        eventually(lambda: len(ear.heard) > ENOUGH, "numerics on the wire")
        eventually(lambda: len(kept(store, dict(ear.heard))) > ENOUGH, "numerics in the store")
        # One page gives a cookie, both know it.
        cookie = joined(ward, "dashboard")
        for page in ("dashboard", "dashboard-2"):
            assert "Join" in opens(ward, page).text
            answer = opens(ward, page, cookie)
            assert answer.status_code == 200
            assert answer.url.path == "/"
        # An ingest dies in the middle of it and comes back; configuring again changes nothing.
        ward.kill("ingest-2")
        before = len(ear.heard)
        eventually(lambda: len(ear.heard) > before + ENOUGH, "numerics while an ingest is away")
        ward.once("configure-store")
        ward.start("ingest-2")
        eventually(lambda: ward.healthy("ingest-2"), "the ingest is back")
        before = len(ear.heard)
        eventually(lambda: len(ear.heard) > before + ENOUGH, "numerics after its return")
    finally:
        heard = ear.stop()
    eventually(lambda: set(heard) <= set(kept(store, heard)), "all that was heard is in the store")
    rows = kept(store, heard)
    assert len(rows) == len(set(rows))
    store.close()
