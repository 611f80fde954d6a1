"""What people do: recorded by a real station before it is called recorded, once, under their own name."""

import json
from typing import Any

import pytest

from broker.store import open_store
from broker.store.protocol import Entry
from dashboard.context import Role
from tests.dashboard.house import House, keeping
from tests.real_dashboard import Running, heard, heard_all, play

FLAG = {"k": "act", "id": "0123456789abcdef", "do": "flag", "bed": "bed01", "shown": {"news2": "9"}}


def stored(house: House, session: str, kind: str) -> list[Entry]:
    """Return what the store holds of a kind."""
    store = open_store(str(house.store), readonly=True)
    try:
        return list(store.entries(session, kinds=[kind]))
    finally:
        store.close()


class Trainee:
    """Somebody who does things on a page of ``session``."""

    def __init__(self, page: Running, session: str, name: str = "Aino K", role: Role = "trainee") -> None:
        self.socket = page.stream(f"/stream?session={session}", page.cookie(role, session, name))
        heard(self.socket, lambda said: "bed01" in said.get("beds", {}))

    def does(self, message: dict[str, Any]) -> dict[str, Any]:
        """Do something and return the answer."""
        self.socket.send(json.dumps(message))
        return heard(self.socket, lambda said: said["k"] == "done" and said["id"] == message["id"])


def test_recorded_means_stored(house: House, session: str) -> None:
    """When the page is told that a flag is recorded, the store has it, and another trainee sees it."""
    play(house.page, session)
    with keeping(house):
        other = Trainee(house.page, session, "Ben T")
        answer = Trainee(house.page, session).does(FLAG)
        assert answer == {"k": "done", "id": FLAG["id"], "ok": True, "error": None}
        (entry,) = stored(house, session, "flag")
        body = json.loads(entry.body)
        assert (body["by"], body.get("role", "trainee"), body["shown"]) == (
            "Aino K",
            "trainee",
            {"news2": "9"},
        )
        seen = heard(other.socket, lambda said: said.get("beds", {}).get("bed01", {}).get("acts"))
        assert seen["beds"]["bed01"]["acts"][-1]["id"] == FLAG["id"]


def test_an_act_repeated_is_done_once(house: House, session: str) -> None:
    """However often a browser sends it, over however many connections, one act stands in the store."""
    play(house.page, session)
    with keeping(house):
        answers = [Trainee(house.page, session).does(FLAG) for _ in range(3)]
        assert all(answer["ok"] for answer in answers)
        assert len(stored(house, session, "flag")) == 1


@pytest.mark.slow
def test_an_act_waits_for_the_station(house: House, session: str) -> None:
    """Nothing is called recorded while no station is there; when it comes, the act is recorded."""
    play(house.page, session)
    socket = Trainee(house.page, session).socket
    socket.send(json.dumps(FLAG))
    assert not [said for said in heard_all(socket) if said["k"] == "done"]
    with keeping(house):
        assert heard(socket, lambda said: said["k"] == "done")["ok"]
        assert len(stored(house, session, "flag")) == 1


def test_nobody_acts_as_somebody_else(house: House, session: str) -> None:
    """Name, role, person and time are the server's to say."""
    play(house.page, session)
    forged = {**FLAG, "by": "Chief", "by_id": "p-chief", "role": "instructor", "t": 1}
    with keeping(house):
        assert Trainee(house.page, session).does(forged)["ok"]
        body = json.loads(stored(house, session, "flag")[0].body)
    assert (body["by"], body.get("role", "trainee")) == ("Aino K", "trainee")
    assert body["by_id"] != "p-chief"
    assert body["t"] > 1


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"bed": "bed99"}, "no such bed"),
        ({"bed": "../x"}, "regex"),
        ({"why": "x" * 2001}, "length"),
        ({"do": "undo"}, "no flag was named"),
        ({"do": "take"}, "no call was named"),
        ({"do": "ack"}, "no alarm was named"),
        ({"do": "note", "text": "  "}, "empty"),
        ({"shown": {"x": "y" * 9000}}, "too much"),
        ({"do": "stop"}, "nobody here"),
        ({"id": "0123456789ABCDEF"}, "regex"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    page: Running, session: str, change: dict[str, Any], why: str
) -> None:
    """The answer comes at once and says what is wrong."""
    play(page, session)
    answer = Trainee(page, session).does({**FLAG, **change})
    assert not answer["ok"]
    assert why in answer["error"].lower()


def test_an_observer_only_looks(page: Running, session: str) -> None:
    """Flags and calls of an observer are refused."""
    play(page, session)
    assert not Trainee(page, session, role="observer").does(FLAG)["ok"]


def test_a_flag_is_undone_by_its_raiser_only(house: House, session: str) -> None:
    """Another trainee can neither describe nor undo it."""
    play(house.page, session)
    undo = {**FLAG, "id": "fedcba9876543210", "do": "undo", "ref": FLAG["id"]}
    with keeping(house):
        aino, ben = Trainee(house.page, session), Trainee(house.page, session, "Ben T")
        assert aino.does(FLAG)["ok"]
        assert not ben.does(undo)["ok"]
        assert aino.does({**undo, "id": "fedcba9876543211"})["ok"]


@pytest.mark.parametrize("junk", ["{", "[]", '"x"', "{" * 50_000, "null", "\x00"])
def test_junk_ends_the_stream_and_nothing_else(page: Running, session: str, junk: str) -> None:
    """Bytes that are no message close that one connection; the next browser is served."""
    play(page, session)
    socket = Trainee(page, session).socket
    socket.send(junk)
    assert all(isinstance(frame, str) for frame in socket)  # ends where the server closes
    Trainee(page, session)
