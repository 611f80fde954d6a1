"""The Grafana dashboard's queries, each asked of a real InfluxDB 2 that our own store filled."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
import pytest

from broker import codec, topics
from broker.channels import BY_NAME
from broker.examples import BODIES
from broker.security import may
from broker.station.intake import Intake
from broker.store import open_store
from broker.store.protocol import Batch
from tests.real_influx import ORG, Influx, fresh

FILE: Final = Path(__file__).parents[2] / "deploy" / "grafana" / "teleward.json"
DASHBOARD: Final[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
PANELS: Final = {panel["title"]: panel for panel in DASHBOARD["panels"]}
VARIABLES: Final = {v["name"]: v for v in DASHBOARD["templating"]["list"]}
T0: Final = 1767258000000
ENTRIES: Final = ("score", "alarm", "flag", "escalation", "ack", "note", "intervention")
SIGNS: Final = {
    "hr": (72, "/min"), "pr": (71, "/min"), "spo2": (97, "%"), "rr": (14, "/min"), "temp": (37.2, "Cel"),
    "nibp_sys": (120, "mm[Hg]"), "nibp_dia": (70, "mm[Hg]"), "nibp_map": (87, "mm[Hg]"),
}  # fmt: skip


@dataclass(frozen=True)
class Filled:
    """A server that holds a little of everything, as Grafana asks it: by the dashboard's token."""

    url: str
    token: str
    bucket: str

    def ask(self, query: str, **chosen: str) -> list[dict[str, str]]:
        """Ask ``query`` with Grafana's words replaced, and return the rows of the answer."""
        words = {"bucket": self.bucket, "session": "s-1", "bed": "bed01"} | chosen
        for name, value in words.items():
            query = query.replace(f"${{{name}}}", value)
        query = query.replace("v.timeRangeStart", "2026-01-01T00:00:00Z")
        query = query.replace("v.timeRangeStop", "2026-01-02T00:00:00Z").replace("v.windowPeriod", "10s")
        assert not re.search(r"\$\{|\bv\.", query)
        reply = httpx.post(
            f"{self.url}/api/v2/query", params={"org": ORG}, timeout=60, content=query,
            headers={"Authorization": f"Token {self.token}", "Content-Type": "application/vnd.flux"},
        )  # fmt: skip
        assert reply.status_code == 200, f"{query}\n{reply.text}"
        assert "error" not in reply.text.partition("\n")[0]
        return list(_rows(reply.text))


def _rows(text: str) -> Iterator[dict[str, str]]:
    """Yield the rows of all tables of InfluxDB's CSV."""
    for table in re.split(r"\r?\n\r?\n", text.strip()):
        yield from csv.DictReader(io.StringIO(table))


def batch() -> Batch:
    """Return a minute of a bed, and one of everything that people and the watch say, as ingest takes it."""
    found, intake = Batch(), Intake()

    def take(topic: str, body: dict[str, Any]) -> None:
        got = codec.decode(topic, json.dumps(body).encode())
        assert isinstance(got, codec.Accepted), got
        intake.take(got, T0, found)

    for second in range(60):
        for bed in ("bed01", "bed02"):
            readings = {key: {"v": v, "u": u} for key, (v, u) in SIGNS.items()}
            body = {"v": 1, "boot": "a1", "seq": second, "t": T0 + 1000 * second, "m": readings}
            take(topics.device("home", "s-1", bed, "patch", "num"), body)
    lost = {
        "spo2": {"v": None, "u": "%", "q": "Inv"},
        "pr": {"v": 70, "u": "/min", "q": "Qst", "why": "motion"},
    }
    take(topics.device("home", "s-1", "bed01", "clip", "num"), {"v": 1, "t": T0, "m": lost})
    for name in (*ENTRIES, "truth-label"):
        take(BY_NAME[name].topic(site="home", session="s-1", subject="bed01"), BODIES[name])
    return found


@pytest.fixture(scope="module")
def filled(influx_server: Influx) -> Filled:
    """Give a server with data in it."""
    url, tokens = fresh(influx_server)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TELEWARD_INFLUX_TOKEN", tokens["station"])
        store = open_store(url)
        store.append(batch())
        store.close()
    return Filled(influx_server.url, tokens["dashboard"], urlsplit(url).path.strip("/"))


def query(title: str) -> str:
    """Return a panel's question."""
    (target,) = PANELS[title]["targets"]
    return str(target["query"])


@pytest.mark.influx
@pytest.mark.slow
@pytest.mark.parametrize("title", PANELS)
def test_every_panel_has_something_to_show(filled: Filled, title: str) -> None:
    """With the rights of the dashboard's token."""
    assert filled.ask(query(title))


@pytest.mark.influx
@pytest.mark.slow
def test_panels_show_what_was_stored(filled: Filled) -> None:
    """Values, the score, the alarm and who did what, of the bed that is chosen."""
    rates = filled.ask(query("Rates of heart and pulse"))
    assert {(row["_field"], float(row["_value"])) for row in rates} == {("hr", 72), ("pr", 71)}
    pressures = filled.ask(query("Blood pressure"), bed="bed02")
    assert {row["_field"] for row in pressures} == {"nibp_sys", "nibp_dia", "nibp_map"}
    assert not filled.ask(query("Oxygen saturation"), bed="bed07")
    newest = {row["subject"]: row for row in filled.ask(query("Every bed: newest valid values"))}
    assert {bed: float(row["temp"]) for bed, row in newest.items()} == {"bed01": 37.2, "bed02": 37.2}
    (scored,) = filled.ask(query("Every bed: NEWS2"))
    assert (scored["bed"], float(scored["news2"]), scored["risk"]) == ("bed01", 3, "unknown")
    (point,) = filled.ask(query("NEWS2, at least"))
    assert float(point["_value"]) == 3
    (alarm,) = filled.ask(query("Alarms"))
    assert (alarm["alarm"], alarm["priority"], alarm["state"]) == ("SpO2 low", "Me", "On")
    done = filled.ask(query("What people did"))
    assert {row["what"] for row in done} == {"flag", "escalation", "ack", "note", "intervention"}
    assert {row["by"] for row in done} == {"Kim"}
    lost = filled.ask(query("Values that are missing or not valid"))
    assert {row["_field"] for row in lost} == {"spo2:none", "pr:v"}
    stored = filled.ask(query("Messages stored, by device"))
    assert sum(int(row["_value"]) for row in stored if row["device"] == "patch") == 120


@pytest.mark.influx
@pytest.mark.slow
def test_the_choices_are_those_there_are(filled: Filled) -> None:
    """Buckets of observations, sessions in them, beds of the session."""

    def choices(name: str, **chosen: str) -> set[str]:
        return {row["_value"] for row in filled.ask(str(VARIABLES[name]["query"]["query"]), **chosen)}

    assert choices("bucket") == {filled.bucket, f"{filled.bucket}_live"}
    assert choices("session") == {"s-1"}
    assert choices("bed") == {"bed01", "bed02"}


def test_the_truth_is_not_asked_for() -> None:
    """Of entries only what a trainee may read is asked; truth is not among it."""
    for title in PANELS:
        asked = query(title)
        kinds = set(re.findall(r'r\.kind == "(\w+)"', asked))
        assert ('r._measurement == "entry"' in asked) == bool(kinds)
        if kinds:
            assert 'r.truth == "0"' in asked
        for kind in kinds:
            assert may("trainee", "read", BY_NAME[kind].topic(site="home"), site="home")


def test_grafana_finds_what_it_needs() -> None:
    """Ids are its own, every panel lies within the width, and the source is chosen, not written in."""
    ids = [panel["id"] for panel in PANELS.values()]
    assert len(set(ids)) == len(ids) == len(DASHBOARD["panels"])
    assert {panel["datasource"]["uid"] for panel in PANELS.values()} == {"${source}"}
    assert all(p["gridPos"]["x"] + p["gridPos"]["w"] <= 24 for p in PANELS.values())
    used = {name for p in PANELS.values() for name in re.findall(r"\$\{(\w+)\}", json.dumps(p))}
    assert used <= set(VARIABLES)
