"""Who may have what: every route, every callback of both apps and both streams, in every role.

The truth of every session here carries one secret word; a trainee's name on the chart of one session
must not be seen from another.
"""

import asyncio
import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from starlette.routing import Mount, WebSocketRoute
from websockets.exceptions import ConnectionClosed, InvalidStatus

from broker import topics
from broker.client import Address, Link
from broker.store import open_store
from broker.store.protocol import Batch, Entry
from dashboard import gate
from dashboard.context import EVERY, Identity
from dashboard.links import make_link
from dashboard.seal import Seal, load_key
from tests import real_broker, real_dashboard
from tests.real_dashboard import DEADLINE_S, SECRET, SITE, Running, heard, heard_all, play

pytestmark = pytest.mark.slow

OURS, OTHER = "s-abc123", "s-def456"
OUR_PATIENT, OTHER_PATIENT = "Okafor-of-ours", "Murray-of-others"
WHO = ("nobody", "forged", "expired", "stranger", "trainee", "observer", "instructor")
SENT: list[Any] = [None, 1, "bed01", OURS, "/bed/bed01", f"?session={OURS}", "1h", {"bed": "bed01"}]
"""Values that every callback is asked with, in each of its inputs."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Give a dashboard with two sessions, whose truth rests in the store too."""
    where = tmp_path_factory.mktemp("house")
    store_path = where / "store.sqlite"
    _keep_truth(store_path)
    broker = real_broker.running("iotcore")
    with real_dashboard.running(next(broker).url, where / "data", store_path) as page:
        play(page, OURS, patient=OUR_PATIENT)
        play(page, OTHER, patient=OTHER_PATIENT)
        for session, patient in ((OURS, OUR_PATIENT), (OTHER, OTHER_PATIENT)):
            socket = page.stream(f"/stream?session={session}", page.cookie("trainee", session))
            heard(socket, lambda said, who=patient: who in json.dumps(said))  # type: ignore[misc]
            socket.close()
        yield page
    next(broker, None)


def _keep_truth(store_path: Path) -> None:
    store = open_store(str(store_path))
    plan = json.dumps({"v": 1, "t": 1, "condition": SECRET, "items": []}).encode()
    store.append(Batch(entries=[Entry(OURS, "bed01", "phase", "", 1, "x", plan, truth=True)]))
    store.close()


def cookies(page: Running, who: str) -> dict[str, str]:
    """Return what each kind of visitor brings."""
    seal = Seal(page.data)
    if who == "forged":
        other = Seal(page.data / "elsewhere")
        forged = other.cookie(Identity("instructor", "p-1", "Eve", EVERY))
        return {seal.cookie_name("trainee"): forged, seal.cookie_name("instructor"): forged}
    if who == "expired":
        return {seal.cookie_name("instructor"): _expired(page.data)}
    visitors = {
        "stranger": page.cookie("trainee", OTHER),
        "trainee": page.cookie("trainee", OURS),
        "observer": page.cookie("observer", OURS),
        "instructor": page.cookie("instructor", EVERY),
    }
    return visitors.get(who, {})


class _LongAgo(TimestampSigner):
    """Signs as if it were two days ago."""

    def get_timestamp(self) -> int:
        return super().get_timestamp() - 2 * 86400


def _expired(data: Path) -> str:
    signing = URLSafeTimedSerializer(load_key(data), salt="cookie", signer=_LongAgo)
    return str(signing.dumps(["instructor", "p-1", "Boss", EVERY]))


def known(who: str) -> bool:
    """Say whether a visitor is anybody."""
    return who not in {"nobody", "forged", "expired"}


def routes(page: Running) -> list[tuple[str, str]]:
    """Return (method, path) of every route there is, from the servers' own tables."""
    server, _ = page.call(page.dashboard.pages.load())
    found: list[tuple[str, str]] = []
    for route in (*page.dashboard.routes.routes, *server.routes):
        if isinstance(route, WebSocketRoute):
            found.append(("WS", route.path))
        elif isinstance(route, Mount):
            found += [("GET", path) for path in _files(route)]
        else:
            found += [(method, _concrete(route.path)) for method in route.methods - {"HEAD"}]
    return [*found, ("GET", "/bed/bed01"), ("GET", "/docs"), ("GET", "/openapi.json"), ("GET", "/redoc")]


def _files(mount: Mount) -> list[str]:
    folder = getattr(mount.app, "directory", None)
    if folder is None:
        return []
    return [f"{mount.path}/{file.relative_to(folder)}" for file in Path(folder).rglob("*") if file.is_file()]


def _concrete(path: str) -> str:
    suite = path.replace("{package_name}", "dash")
    return suite.replace("{fingerprinted_path:path}", "dash-renderer/build/dash_renderer.min.js")


def asked(page: Running, who: str, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
    """Ask for one path as one visitor, as a browser would."""
    with page.client(cookies(page, who)) as client:
        return client.request(method, path, **more)


@pytest.mark.parametrize("who", WHO)
def test_every_route_is_as_the_table_says(house: Running, who: str) -> None:
    """Open routes answer all, a session's only who joined, the instructor's only the instructor."""
    seal, seen = Seal(house.data), 0
    for method, path in routes(house):
        if method == "WS":
            continue
        answer = asked(house, who, method, path)
        verdict = gate.judge(method, path, seal.identity(cookies(house, who), path))
        seen += 1
        if verdict == "pass":
            assert answer.status_code not in {401, 403, 404} or path.startswith("/enter"), (method, path)
        else:
            expected = {"join": 401, "forbidden": 403, "missing": 404}[verdict]
            assert answer.status_code == expected, (method, path)
        if path.startswith("/instructor"):
            assert verdict in (
                {"pass", "missing"} if who == "instructor" else {"join", "forbidden", "missing"}
            )
        if who != "instructor":
            assert SECRET not in answer.text, (method, path)
    assert seen > 20


def test_the_table_names_every_route_that_is_meant_to_be_reached(house: Running) -> None:
    """What no rule names is Dash's own and not used: nobody gets it."""
    boss = Identity("instructor", "p-1", "Boss", EVERY)
    unnamed = {path for method, path in routes(house) if gate.judge(method, path, boss) == "missing"}
    tails = {path.removeprefix("/instructor") for path in unnamed}
    known = {"/_reload-hash", "/docs", "/openapi.json", "/redoc"}
    assert all(path in known or path.startswith("/assets/instructor/") for path in tails)


@pytest.mark.parametrize("spelling", [
    "/%69nstructor/", "//instructor/", "/./instructor/", "/assets/../instructor/", "/instructor%2f",
    "/assets/Instructor/truth.js", "/assets//instructor/truth.js", "/assets/%2e/instructor/truth.js",
    "/INSTRUCTOR/", "/instructor/_dash-layout/", "/assets/..%2f..%2fservice.py", "/instructor\\",
])  # fmt: skip
def test_no_spelling_leads_a_trainee_to_the_instructor(house: Running, spelling: str) -> None:
    """A path is judged as it is served."""
    (name, value), *_ = cookies(house, "trainee").items()
    raw = http.client.HTTPConnection("127.0.0.1", house.port)  # sends a path as it is given
    raw.request("GET", spelling, headers={"cookie": f"{name}={value}"})
    assert raw.getresponse().status in {403, 404}
    raw.close()


# --- callbacks ---


@pytest.fixture(scope="module")
def callbacks(house: Running) -> dict[str, list[dict[str, Any]]]:
    """Give what a browser would send for every callback of each app, once per value to try."""
    _, apps = house.call(house.dashboard.pages.load())
    found = {}
    for name, prefix in (("trainee", "/"), ("instructor", "/instructor/")):
        listed = asked(house, "instructor", "GET", f"{prefix}_dash-dependencies").json()
        assert {entry["output"] for entry in listed} >= apps[name].callback_map.keys()
        served = [entry for entry in listed if not entry["clientside_function"]]
        assert served
        found[name] = [_filled(entry, value) for value in SENT for entry in served]
    return found


def _filled(entry: dict[str, Any], value: object) -> dict[str, Any]:
    outputs = [
        dict(zip(("id", "property"), out.rsplit(".", 1), strict=True))
        for out in entry["output"].strip(".").split("...")
    ]
    many = entry["output"].startswith("..")
    inputs = [{**given, "value": value} for given in entry["inputs"]]
    return {
        "output": entry["output"],
        "outputs": outputs if many else outputs[0],
        "inputs": inputs,
        "state": [{**given, "value": value} for given in entry["state"]],
        "changedPropIds": [f"{given['id']}.{given['property']}" for given in inputs],
    }


Callbacks = dict[str, list[dict[str, Any]]]


@pytest.mark.parametrize("who", ["stranger", "trainee", "observer"])
@pytest.mark.parametrize("app", ["trainee", "instructor"])
def test_no_callback_tells_a_trainee_what_is_true(
    house: Running, callbacks: Callbacks, who: str, app: str
) -> None:
    """Whatever is asked of whichever app, neither the truth nor another session's patients come."""
    with house.client(cookies(house, who)) as client:
        for body in callbacks[app]:
            answer = client.post("/_dash-update-component", json=body)
            assert SECRET not in answer.text, body
            assert who != "stranger" or OUR_PATIENT not in answer.text, body
            assert app != "instructor" or answer.status_code >= 400, body


@pytest.mark.parametrize("who", WHO[:-1])
@pytest.mark.parametrize("app", ["trainee", "instructor"])
@pytest.mark.parametrize("door", ["/", "/instructor/"])
def test_no_callback_answers_who_may_not_ask(
    house: Running, callbacks: Callbacks, who: str, app: str, door: str
) -> None:
    """Nobody posts to the instructor's app but the instructor, and without a cookie to neither."""
    if door == "/" and known(who):
        return
    with house.client(cookies(house, who)) as client:
        for body in callbacks[app][: len(callbacks[app]) // len(SENT)]:
            answer = client.post(f"{door}_dash-update-component", json=body)
            assert answer.status_code in {401, 403}, body


# --- streams ---


@pytest.mark.parametrize("who", ["trainee", "observer"])
def test_a_trainees_stream_never_carries_the_truth(house: Running, who: str) -> None:
    """While the truth flows to the instructor, nothing of it reaches those who watch the same beds."""
    socket = house.stream(f"/stream?session={OURS}", cookies(house, who))
    boss = house.stream(f"/instructor/stream?session={OURS}", cookies(house, "instructor"))
    told = heard(boss, lambda said: SECRET in json.dumps(said.get("truth", {})))
    assert told["truth"]["bed01"]["condition"] == SECRET
    frames = heard_all(socket)
    assert SECRET not in json.dumps(frames)
    assert not {"truth", "script", "notes", "sessions"} & {name for frame in frames for name in frame}


def test_an_instructor_on_the_trainees_stream_gets_a_trainees_view(house: Running) -> None:
    """The path decides too: what is projected from the ward's page holds no truth."""
    socket = house.stream(f"/stream?session={OURS}", cookies(house, "instructor"))
    frames = heard_all(socket)
    assert SECRET not in json.dumps(frames)


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("nobody", f"/stream?session={OURS}"),
        ("forged", f"/stream?session={OURS}"),
        ("expired", f"/stream?session={OURS}"),
        ("stranger", f"/stream?session={OURS}"),
        ("trainee", f"/stream?session={OTHER}"),
        ("trainee", "/stream?session=*"),
        ("trainee", "/stream?session=../x"),
        *(("nobody" if who == "nobody" else who, f"/instructor/stream?session={OURS}") for who in WHO[:-1]),
        ("instructor", "/_dash-ws-callback"),
        ("instructor", "/instructor/_dash-ws-callback"),
        ("instructor", "/"),
    ],
)
def test_a_stream_that_is_not_yours_is_closed_without_a_word(house: Running, who: str, path: str) -> None:
    """Not one message comes before the close."""
    with pytest.raises((ConnectionClosed, InvalidStatus)):
        house.stream(path, cookies(house, who)).recv(timeout=DEADLINE_S)


@pytest.mark.parametrize("origin", [None, "http://evil.example", "null", "http://127.0.0.1:1"])
@pytest.mark.parametrize("path", [f"/stream?session={OURS}", f"/instructor/stream?session={OURS}"])
def test_another_sites_page_opens_no_stream(house: Running, path: str, origin: str | None) -> None:
    """The handshake is refused, whatever cookie the browser adds."""
    with pytest.raises(InvalidStatus):
        house.stream(path, cookies(house, "instructor"), origin)


@pytest.mark.parametrize("origin", [None, "http://evil.example", "null"])
def test_another_sites_page_posts_nothing(house: Running, origin: str | None) -> None:
    """Neither to a callback nor to the join form."""
    headers = {"origin": origin} if origin else {}
    jar = cookies(house, "instructor")
    with httpx.Client(base_url=house.base, cookies=jar, headers=headers, timeout=DEADLINE_S) as client:
        for path in ("/_dash-update-component", "/instructor/_dash-update-component", "/join"):
            assert client.post(path, json={}).status_code == 403


def test_another_name_for_this_machine_is_not_answered(house: Running) -> None:
    """A foreign host name that resolves to us (DNS rebinding) gets nothing."""
    with house.client(cookies(house, "instructor")) as client:
        assert client.get("/", headers={"host": "evil.example"}).status_code == 421
        assert client.get("/", headers={"host": f"localhost:{house.port}"}).status_code == 200


@pytest.mark.parametrize("who", ["trainee", "observer", "instructor"])
def test_only_an_instructor_on_his_own_stream_reaches_the_conductor(house: Running, who: str) -> None:
    """A request on the trainees' stream is refused, and nothing of it is published."""
    spied: list[str] = []
    spy = house.call(_spy(house, spied))
    try:
        socket = house.stream(f"/stream?session={OURS}", cookies(house, who))
        for verb in topics.VERBS:
            socket.send(json.dumps({"k": "req", "id": f"req-{verb}", "verb": verb, "session": OURS}))
            assert not heard(socket, lambda said: said["k"] == "done")["ok"]
        boss = house.stream(f"/instructor/stream?session={OURS}", cookies(house, "instructor"))
        boss.send(json.dumps({"k": "req", "id": "req-boss", "verb": "pause", "session": OURS}))
        house.call(_until(lambda: spied))
        assert spied == [topics.request(SITE, OURS, "pause")]
    finally:
        house.call(spy.__aexit__())


async def _spy(page: Running, spied: list[str]) -> Link:
    address = Address.parse(f"mqtt://{page.link._address.host}:{page.link._address.port}", {})
    link = await Link(address, "spy", subscriptions=[(topics.everything("rpm-ctl", SITE), 1)]).__aenter__()
    await link.wait_connected(DEADLINE_S)

    async def listen() -> None:
        async for message in link.messages():
            spied.append(message.topic)  # noqa: PERF401 -- read while it grows

    link.listening = asyncio.create_task(listen())  # type: ignore[attr-defined]
    return link


async def _until(holds: Any) -> None:  # noqa: ANN401
    async with asyncio.timeout(DEADLINE_S):
        while not holds():
            await asyncio.sleep(0.01)


# --- links and cookies ---


def test_a_link_works_once_and_leaves_the_address_bar(house: Running) -> None:
    """The first use gives the instructor's cookie and leads away; the second gives nothing."""
    link = make_link(house.data, "instructor", house.base)
    path = link.removeprefix(house.base)
    with house.client() as client:
        first = client.get(path)
        assert (first.status_code, first.headers["location"]) == (303, "/instructor/")
        cookie = first.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert client.get("/instructor/").status_code == 200
    with house.client() as thief:
        assert thief.get(path).status_code == 403
        assert "set-cookie" not in thief.get(path).headers
        assert thief.get("/instructor/").status_code == 403


def test_an_instructor_may_be_a_trainee_beside(house: Running) -> None:
    """With both cookies in one browser each page sees its own, and the ward's stream no truth."""
    both = {**cookies(house, "instructor"), **cookies(house, "trainee")}
    with house.client(both) as client:
        assert client.get("/instructor/").status_code == 200
    hello = heard(house.stream("/stream", both), lambda said: said["k"] == "hello")
    assert (hello["role"], hello["session"]) == ("trainee", OURS)
    boss = heard(house.stream("/instructor/stream", both), lambda said: said["k"] == "hello")
    assert boss["role"] == "instructor"


def test_every_answer_forbids_foreign_code(house: Running) -> None:
    """A page runs our own scripts only, and cannot be framed."""
    for who, path in (("instructor", "/instructor/"), ("trainee", "/"), ("nobody", "/join")):
        policy = asked(house, who, "GET", path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        scripts = next(part for part in policy.split(";") if "script-src" in part)
        assert "unsafe" not in scripts
        assert "http" not in scripts


def test_no_page_names_an_address_outside(house: Running) -> None:
    """Nothing is fetched from elsewhere: no page loads a script, a sheet or a picture by a full address."""
    for who, path in (("instructor", "/instructor/"), ("trainee", "/"), ("nobody", "/join")):
        text = asked(house, who, "GET", path).text
        for mark in ('src="http', "src='http", 'href="http', "url(http", 'src="//', 'href="//'):
            assert mark not in text
