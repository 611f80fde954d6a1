"""The stream: greeting, state, deltas, waves."""

import json
import struct

from broker import messages as m
from broker import topics
from broker.clock import SystemClock
from tests.real_dashboard import DEADLINE_S, SITE, Running, heard, play


def test_a_trainee_is_greeted_and_given_the_whole_ward(page: Running, session: str) -> None:
    """Hello comes first, then the state, and a bed's values are there as soon as they are published."""
    play(page, session)
    socket = page.stream(f"/stream?session={session}", page.cookie("trainee", session))
    hello = json.loads(socket.recv(timeout=DEADLINE_S))
    assert (hello["k"], hello["role"], hello["session"]) == ("hello", "trainee", session)
    assert hello["signs"]["spo2"]["label"] == "SpO₂"
    state = json.loads(socket.recv(timeout=DEADLINE_S))
    assert state["k"] == "state"
    found = state
    while not found.get("beds", {}).get("bed01", {}).get("num", {}).get("hr"):
        found = heard(socket, lambda said: said.get("beds"))
    reading = found["beds"]["bed01"]["num"]["hr"]
    assert (reading["v"], reading["dev"], reading["u"], reading["q"]) == (78, "patch", "/min", "Vld")


def test_the_clock_offset_can_be_estimated(page: Running, session: str) -> None:
    """A ping comes back with what it carried and the server's time."""
    socket = page.stream(f"/stream?session={session}", page.cookie("trainee", session))
    before = SystemClock().now_ms()
    socket.send(json.dumps({"k": "ping", "c": 12.5}))
    pong = heard(socket, lambda said: said["k"] == "pong")
    assert pong["c"] == 12.5
    assert before <= pong["s"] <= SystemClock().now_ms()


def test_waves_come_as_samples_once(page: Running, session: str) -> None:
    """A binary frame holds a block's header and its samples; a block sent twice is shown once."""
    play(page, session)
    socket = page.stream(f"/stream?session={session}", page.cookie("trainee", session))
    heard(socket, lambda said: said["k"] == "state")
    topic = topics.wave(SITE, session, "bed01", "patch", "ecg_ii")
    now = SystemClock().now_ms()
    blocks = [
        m.Wave(v=1, hz=250, u="mV", scale=0.005, d=[i, -i, 7], boot="ab", seq=i, i0=3 * i, t=now + 12 * i)
        for i in (1, 1, 2)
    ]
    for block in blocks:
        page.publish(topic, block)
    places: list[tuple[object, ...]] = []
    samples: list[int] = []
    while len(places) < 2:
        data = socket.recv(timeout=DEADLINE_S)
        if isinstance(data, bytes):
            (length,) = struct.unpack_from("<I", data)
            header = json.loads(data[4 : 4 + length])
            at = 4 + length + length % 2
            for block in header["w"]:
                places.append((block["b"], block["m"], block["i0"], block["n"], block["hz"]))
                samples += struct.unpack_from(f"<{block['n']}h", data, at)
                at += 2 * block["n"]
    assert places == [("bed01", "ecg_ii", 3, 3, 250), ("bed01", "ecg_ii", 6, 3, 250)]
    assert samples == [1, -1, 7, 2, -2, 7]


def test_real_sensors_stand_beside_the_session_at_speed_one_only(page: Running, session: str) -> None:
    """A live bed is shown, leaves when the session goes faster, and is counted as hidden."""
    play(page, session)
    socket = page.stream(f"/stream?session={session}", page.cookie("trainee", session))
    num = m.Num(v=1, m={"spo2": m.Reading(v=97, u="%")})
    page.publish(topics.device(SITE, "live", "bed09", "my-oximeter", "num"), num)
    shown = heard(socket, lambda said: (said.get("beds", {}).get("bed09") or {}).get("num"))
    assert shown["beds"]["bed09"]["num"]["spo2"]["v"] == 97
    now = SystemClock().now_ms()
    line = m.Clock(v=1, start=now, wall=now, speed=4, running=True)
    page.publish(topics.clock(SITE, session), line, retain=True)
    gone = heard(socket, lambda said: said["k"] == "state")
    assert "bed09" not in gone["beds"]


def test_a_session_that_ends_says_goodbye(page: Running, session: str) -> None:
    """Whoever looks at it is told that it is over, and so is whoever comes later."""
    play(page, session)
    socket = page.stream(f"/stream?session={session}", page.cookie("trainee", session))
    heard(socket, lambda said: said.get("beds"))
    now = SystemClock().now_ms()
    over = m.SessionRecord(
        v=1, session=session, scenario="x", title="x", text="", hash="ab", seed=1, beds=["bed01"],
        state="ended", start=now, created=now,
    )  # fmt: skip
    page.publish(topics.truth(SITE, session, topics.SESSION, "record"), over, retain=True)
    assert heard(socket, lambda said: said["k"] == "bye")["why"] == "This session has ended."
    with page.client(page.cookie("trainee", session)) as client:
        assert client.get("/").headers["location"] == "/join"
    later = page.stream(f"/stream?session={session}", page.cookie("trainee", session))
    assert heard(later, lambda said: said["k"] == "bye")["why"] == "This session has ended."


def test_people_see_each_other(page: Running, session: str) -> None:
    """A second trainee learns who is there and which bed they look at; an instructor's eyes stay hidden."""
    play(page, session)
    first = page.stream(f"/stream?session={session}", page.cookie("trainee", session, "Aino K"))
    first.send(json.dumps({"k": "act", "do": "look", "id": "look-0001", "bed": "bed02", "page": "bed"}))
    boss = page.stream(f"/instructor/stream?session={session}", page.cookie("instructor", "*", "Boss"))
    boss.send(json.dumps({"k": "act", "do": "look", "id": "look-0002", "bed": "bed01", "page": "bed"}))
    second = page.stream(f"/stream?session={session}", page.cookie("trainee", session, "Ben T"))
    seen: dict[str, str | None] = {}
    while not {"Aino K", "Boss", "Ben T"} <= seen.keys() or seen["Aino K"] is None:
        said = heard(second, lambda said: said.get("people"))
        seen |= {person["name"]: person["looking"] for person in said["people"].values() if person}
        assert seen.get("Boss") is None
    assert seen["Aino K"] == "bed02"
