"""The stream: greeting, state, deltas, waves, acts."""

import json
from typing import Any

from websockets.sync.client import ClientConnection

from tests.real_dashboard import DEADLINE_S, SECRET, Running, play

SESSION = "s-abc123"


def until(socket: ClientConnection, wanted: Any) -> dict[str, Any]:
    """Return the first text message for which ``wanted`` holds."""
    while True:
        data = socket.recv(timeout=DEADLINE_S)
        if isinstance(data, str) and wanted(message := json.loads(data)):
            return message


def test_a_trainee_is_greeted_and_given_the_whole_ward(page: Running) -> None:
    """Hello comes first, then the state, and a bed's values are there as soon as they are published."""
    play(page)
    socket = page.stream(f"/stream?session={SESSION}", page.cookie("trainee", SESSION))
    hello = json.loads(socket.recv(timeout=DEADLINE_S))
    assert (hello["k"], hello["role"], hello["session"]) == ("hello", "trainee", SESSION)
    assert hello["signs"]["spo2"]["label"] == "SpO₂"
    assert json.loads(socket.recv(timeout=DEADLINE_S))["k"] == "state"
    found = until(socket, lambda m: m.get("beds", {}).get("bed01", {}).get("num", {}).get("hr"))
    assert found["beds"]["bed01"]["num"]["hr"]["v"] == 78
    assert SECRET not in json.dumps(found)
