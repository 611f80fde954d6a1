"""A trainee who acts all the time, and remembers what was answered with "recorded"."""

import json
import random
import uuid
from dataclasses import dataclass, field
from typing import Any, Final

PENDING_MOST: Final = 20
"""So many acts wait for their answer at most; a trainee does nothing else meanwhile."""
Frame = dict[str, Any]
KINDS: Final = {"flag": "flag", "describe": "flag", "call": "escalation", "note": "note", "ack": "ack"}
"""What is asked for, and as what kind of entry it is kept."""


@dataclass(slots=True)
class Trainee:
    """Makes acts as a page's JSON, and repeats those without an answer at each new connection.

    ``recorded`` holds the kind and id of each act that was answered with "recorded".
    """

    chance: random.Random
    recorded: list[tuple[str, str]] = field(default_factory=list)
    refused: int = 0
    finished: bool = False
    waiting: dict[str, Frame] = field(default_factory=dict)
    _flags: list[tuple[str, str]] = field(default_factory=list)
    _alarms: dict[tuple[str, str], int] = field(default_factory=dict)
    _beds: list[str] = field(default_factory=list)

    def again(self) -> list[str]:
        """Return what has no answer yet."""
        return [json.dumps(act) for act in self.waiting.values()]

    def next(self) -> str | None:
        """Return a new act, ``None`` while too many wait, no patient is known or all is done."""
        if self.finished or len(self.waiting) >= PENDING_MOST or not self._beds:
            return None
        act = {"k": "act", "id": uuid.UUID(int=self.chance.getrandbits(128)).hex} | self._what()
        self.waiting[act["id"]] = act
        return json.dumps(act)

    def see(self, frame: Frame) -> None:
        """Learn from a frame of the stream."""
        if frame.get("k") == "done":
            self._answered(frame)
        for name, bed in (frame.get("beds") or {}).items():
            if bed and name not in self._beds:
                self._beds.append(name)
            for alarm, state in ((bed or {}).get("alarms") or {}).items():
                self._shown(name, alarm, state)

    def _shown(self, bed: str, alarm: str, state: Frame | None) -> None:
        if state is None or state.get("presence") != "On":
            self._alarms.pop((bed, alarm), None)
        else:
            self._alarms[bed, alarm] = int(state.get("seq", 0))

    def _what(self) -> Frame:
        bed = self.chance.choice(self._beds)
        match self.chance.choice(("flag", "describe", "call", "note", "ack")):
            case "describe" if self._flags:
                bed, ref = self.chance.choice(self._flags)
                return {
                    "do": "describe",
                    "bed": bed,
                    "ref": ref,
                    "condition": "sepsis",
                    "certainty": "likely",
                }
            case "ack" if self._alarms:
                (bed, alarm), seq = self.chance.choice(list(self._alarms.items()))
                return {"do": "ack", "bed": bed, "alarm": alarm, "seq": seq}
            case "call":
                return {"do": "call", "bed": bed, "to": "Medical team", "situation": "worse"}
            case "note":
                return {"do": "note", "bed": bed, "text": "seen"}
        return {"do": "flag", "bed": bed, "judgement": "deteriorating"}

    def _answered(self, frame: Frame) -> None:
        act = self.waiting.pop(frame.get("id", ""), None)
        if act is None:
            return
        if not frame.get("ok"):
            self.refused += 1
            return
        self.recorded.append((KINDS[act["do"]], act["id"]))
        if act["do"] == "flag":
            self._flags.append((act["bed"], act["id"]))
