"""A scenario without a broker and without a clock: into memory or a file, as fast as it goes."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from broker.bus import Bus
from broker.packets import Outgoing
from scenarios.model import Scenario
from scenarios.stage import Stage

SITE: Final = "home"
SESSION: Final = "s-headless"
LONGEST_S: Final = 3600.0
"""A scenario without an end is played for so long unless one says otherwise."""


@dataclass(frozen=True, slots=True)
class Played:
    """What a headless run came to: simulated seconds and messages."""

    seconds: float
    messages: int


@dataclass(slots=True)
class FileBus:
    """Writes every message as one line of JSON: sender, topic, QoS, retained, payload."""

    file: IO[str]

    def publish(self, sender: str, out: Outgoing) -> None:
        """Write ``out``."""
        payload = json.loads(out.payload) if out.payload else None
        line = {"by": sender, "topic": out.topic, "qos": out.qos, "retain": out.retain, "payload": payload}
        self.file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


def play(
    scenario: Scenario,
    bus: Bus,
    *,
    seed: int = 0,
    beds: int | None = None,
    seconds: float | None = None,
    waves: bool = False,
    each_second: Callable[[Stage], None] | None = None,
) -> Played:
    """Play ``scenario`` for so many simulated seconds (to its end if ``None``) onto ``bus``."""
    stage = Stage(SITE, SESSION, scenario, seed=seed, beds=beds)
    count = 0
    for emission in stage.hello():
        bus.publish(emission.sender, emission.out)
        count += 1
    until_ms = stage.start_ms + round(1000 * (length_s(scenario) if seconds is None else seconds))
    while stage.now_ms < until_ms:
        for emission in stage.tick(waves=waves):
            bus.publish(emission.sender, emission.out)
            count += 1
        if each_second is not None and (stage.now_ms - stage.start_ms) % 1000 == 0:
            each_second(stage)
    return Played((stage.now_ms - stage.start_ms) / 1000, count)


def length_s(scenario: Scenario) -> float:
    """Return how long a scenario plays by itself, an hour if it never ends."""
    return LONGEST_S if scenario.lasts is None else scenario.lasts / 1000


def record(
    scenario: Scenario,
    path: Path,
    *,
    seed: int = 0,
    beds: int | None = None,
    seconds: float | None = None,
    waves: bool = False,
) -> Played:
    """Play into a file of JSON lines, one message a line."""
    with path.open("w", encoding="utf-8") as file:
        return play(scenario, FileBus(file), seed=seed, beds=beds, seconds=seconds, waves=waves)
