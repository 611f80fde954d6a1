"""The way in: a name, a ward, and on a network the class's code."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker import messages as m
from broker import topics
from broker.clock import SystemClock
from broker.store import open_store
from broker.store.protocol import Batch
from dashboard.join import WRONG_CODES
from dashboard.links import make_link
from dashboard.seal import NAME_LENGTH, Seal, clean_name
from tests import real_broker, real_dashboard
from tests.real_dashboard import DEADLINE_S, SITE, Running, heard, play

OURS, OTHER = "s-aaa111", "s-bbb222"


@pytest.fixture(scope="module")
def classroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Give a dashboard that is open to a network, with two sessions."""
    where = tmp_path_factory.mktemp("classroom")
    for broker in real_broker.running("iotcore"):
        with real_dashboard.running(broker.url, where, where / "store.sqlite", "0.0.0.0") as page:  # noqa: S104 -- only says so
            for session in (OURS, OTHER):
                play(page, session)
                socket = page.stream(f"/stream?session={session}", page.cookie("trainee", session))
                heard(socket, lambda said: "bed01" in said.get("beds", {}))
            yield page


def join(page: Running, **fields: str) -> httpx.Response:
    """Fill in the form."""
    given_ = {"name": "Aino K", "session": OURS, "code": Seal(page.data).join_code(), **fields}
    with page.client() as client:
        return client.post("/join", data=given_)


def test_a_name_and_a_code_open_the_ward(classroom: Running) -> None:
    """The cookie binds name, session and role; the ward's page opens with it."""
    answer = join(classroom)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    identity = Seal(classroom.data).identity(dict(answer.cookies))
    assert identity is not None
    assert (identity.name, identity.session, identity.role) == ("Aino K", OURS, "trainee")
    with classroom.client(dict(answer.cookies)) as client:
        assert client.get("/").status_code == 200


def test_an_observer_comes_as_one(classroom: Running) -> None:
    """And nobody becomes an instructor by asking."""
    seal = Seal(classroom.data)
    roles = [
        seal.identity(dict(join(classroom, **{"as": role}).cookies)) for role in ("observer", "instructor")
    ]
    assert [identity and identity.role for identity in roles] == ["observer", "trainee"]


@pytest.mark.parametrize(
    "wrong", [{"name": " \x00\t "}, {"session": "s-nope"}, {"session": ""}, {"code": "AAAAAA"}, {"code": ""}]
)
def test_what_is_wrong_is_said_and_no_cookie_given(classroom: Running, wrong: dict[str, str]) -> None:
    """The form comes back with the reason."""
    answer = join(classroom, **wrong)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert not answer.cookies


def test_codes_cannot_be_tried_out(tmp_path: Path) -> None:
    """After so many wrong ones even the right one waits."""
    for broker in real_broker.running("iotcore"):
        with real_dashboard.running(broker.url, tmp_path, tmp_path / "s.sqlite", "0.0.0.0") as page:  # noqa: S104
            play(page, OURS)
            heard(
                page.stream(f"/stream?session={OURS}", page.cookie("trainee", OURS)), lambda s: s.get("beds")
            )
            for _ in range(WRONG_CODES):
                assert join(page, code="AAAAAA").status_code == 400
            assert "Wait" in join(page).text


def test_a_name_is_text_and_nothing_else(classroom: Running) -> None:
    """Markup in a name stays text on every page."""
    answer = join(classroom, name="<script>alert(1)</script>", session="s-nope")
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;" in answer.text


def test_the_printed_address_opens_the_form_with_its_code(classroom: Running) -> None:
    """On this machine the address is plain; on a network it carries the code."""
    link = make_link(classroom.data, "trainee", "http://192.0.2.7:8050")
    with classroom.client() as client:
        assert Seal(classroom.data).join_code() in client.get(link.partition(":8050")[2]).text
    assert make_link(classroom.data, "trainee", "http://127.0.0.1:8050") == "http://127.0.0.1:8050/"


@given(text=st.text())
def test_a_clean_name_is_one_short_printable_line(text: str) -> None:
    """Whatever is typed, and cleaning twice changes nothing."""
    name = clean_name(text)
    assert len(name) <= NAME_LENGTH
    assert name.isprintable()
    assert clean_name(name) == name


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[Running]:
    """Give a dashboard whose store remembers a session that nobody ended, and nobody plays."""
    store = open_store(str(tmp_path / "store.sqlite"))
    now = SystemClock().now_ms()
    record = m.SessionRecord(
        v=1, session=OURS, scenario="x", title="x", text="x", hash="ab", seed=1, beds=["bed01"],
        state="running", start=now, created=now, place="Ward B",
    )  # fmt: skip
    store.append(Batch(sessions=[record]))
    store.close()
    for broker in real_broker.running("iotcore"):
        with real_dashboard.running(broker.url, tmp_path, tmp_path / "store.sqlite") as page:
            yield page


def offered(page: Running, words: str) -> str:
    """Return the join page once it says ``words``."""
    clock = SystemClock()
    until = clock.monotonic() + DEADLINE_S
    with page.client() as client:
        while words not in (text := client.get("/join").text):
            assert clock.monotonic() < until, text
            threading.Event().wait(0.02)
    return text


def test_a_session_that_nobody_plays_is_not_offered(quiet: Running) -> None:
    """Its record in the store proves nothing; a conductor that is there, or its own messages, do."""
    page = quiet.dashboard
    quiet.call(until(lambda: OURS in page.live.records))
    assert "No session is running" in offered(quiet, "Join")
    there = m.Status(v=1, state="online")
    quiet.publish(topics.part(SITE, "simulate"), there)
    assert OURS in offered(quiet, "Ward B")


def test_where_nothing_is_played_the_sensors_can_be_watched(quiet: Running) -> None:
    """A trainee enters, sees the sensor's values, and is told of a ward that opens."""
    num = m.Num(v=1, m={"spo2": m.Reading(v=97, u="%")})
    quiet.publish(topics.device(SITE, topics.LIVE, "bed09", "my-oximeter", "num"), num)
    assert "1 bed, no session is running" in offered(quiet, "Real sensors")
    with quiet.client() as client:
        answer = client.post("/join", data={"name": "Aino K"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        socket = quiet.stream("/stream", dict(answer.cookies))
        assert client.get("/").status_code == 200
    bed = heard(socket, lambda said: "bed09" in said.get("beds", {}))["beds"]["bed09"]
    assert (bed["live"], bed["num"]["spo2"]["v"]) == (True, 97)
    play(quiet, OTHER)
    assert heard(socket, lambda said: said.get("wards"))["wards"] == 1


async def until(true: Callable[[], bool]) -> None:
    """Wait until ``true`` holds."""
    while not true():
        await asyncio.sleep(0.01)


def test_every_page_has_its_picture(quiet: Running) -> None:
    """In the browser's tab, for anybody, whether a page names it or not."""
    with quiet.client() as client:
        assert '<link rel="icon"' in client.get("/join").text
        for path in ("/favicon.svg", "/favicon.ico"):
            answer = client.get(path)
            assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
