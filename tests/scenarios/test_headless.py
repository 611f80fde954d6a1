"""Scenarios without a broker: into a file, as fast as it goes."""

import json
from pathlib import Path

from broker import codec
from broker.bus import MemoryBus
from scenarios.headless import length_s, play, record
from scenarios.loader import loaded_or_raise
from scenarios.stage import Stage

SHORT = loaded_or_raise("name: s\ntitle: s\nlasts: 12 s\nbeds: [{wears: [oximeter]}]\n")


def test_a_file_holds_every_message_of_a_memory_run(tmp_path: Path) -> None:
    """Line by line, with sender, topic and payload; and each is one the wire accepts."""
    bus = MemoryBus()
    played = play(SHORT, bus, seed=4, waves=True)
    written = record(SHORT, tmp_path / "run.jsonl", seed=4, waves=True)
    assert played == written
    lines = [json.loads(x) for x in (tmp_path / "run.jsonl").read_text("utf-8").splitlines()]
    assert [(x["by"], x["topic"], x["payload"]) for x in lines] == [
        (sender, out.topic, json.loads(out.payload)) for sender, out in bus.sent
    ]
    for x in lines:
        assert isinstance(codec.decode(x["topic"], json.dumps(x["payload"]).encode()), codec.Accepted)


def test_it_plays_to_the_scenarios_end_or_as_long_as_asked() -> None:
    """An hour where there is no end."""
    assert play(SHORT, MemoryBus()).seconds == 12
    assert play(SHORT, MemoryBus(), seconds=5).seconds == 5
    assert length_s(loaded_or_raise("name: s\ntitle: s\nbeds: [{}]\n")) == 3600


def test_each_second_can_be_watched() -> None:
    """For previews and measures; the truth of each bed is at hand."""
    seen: list[float] = []

    def watch(stage: Stage) -> None:
        seen.append(stage.ward.truth(0).m["hr"])

    play(SHORT, MemoryBus(), each_second=watch)
    assert len(seen) == 12
