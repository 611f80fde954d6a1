"""What a part logs can be read by people or by machines."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.logs import JsonFormatter, configure


@given(
    message=st.text(),
    extra=st.dictionaries(st.text("abcdefgh", min_size=3, max_size=8), st.none() | st.text() | st.integers()),
)
def test_a_line_of_json_says_what_was_logged(message: str, extra: dict[str, object]) -> None:
    """Whatever text or further fields: one line, one object, nothing lost."""
    record = logging.LogRecord("broker.x", logging.WARNING, __file__, 1, "%s", (message,), None)
    vars(record).update(extra)
    line = JsonFormatter("station").format(record)
    assert "\n" not in line
    said = json.loads(line)
    assert said["message"] == message
    assert {key: said[key] for key in extra} == extra
    assert (said["level"], said["part"], said["logger"]) == ("warning", "station", "broker.x")
    assert said["time"].endswith("+00:00")


def _run(program: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


CRASHES = """
import logging, threading
from broker.logs import configure
configure("station")
logging.getLogger("x").info("first\\nsecond")
logging.getLogger("x").debug("not shown")
thread = threading.Thread(target=lambda: 1 / 0)
thread.start(); thread.join()
raise LookupError("lost")
"""


def test_a_crash_is_a_line_like_any_other() -> None:
    """Of the process and of a thread, with the traceback in it; the exit status stays."""
    done = _run(CRASHES, TELEWARD_LOG_FORMAT="json", TELEWARD_LOG="info")
    said = [json.loads(line) for line in done.stderr.splitlines()]
    assert [s["message"] for s in said] == ["first\nsecond", "division by zero", "lost"]
    assert "LookupError: lost" in said[2]["exception"]
    assert done.returncode == 1


def test_people_get_lines_they_can_read() -> None:
    """Time, part, level, message."""
    line = _run(CRASHES, TELEWARD_LOG_FORMAT="text").stderr.splitlines()[0]
    assert line.endswith("station INFO first")


@pytest.mark.parametrize(("name", "value"), [("TELEWARD_LOG_FORMAT", "yaml"), ("TELEWARD_LOG", "LOUD")])
def test_a_setting_that_there_is_not_is_told(name: str, value: str) -> None:
    """The message names the variable and what it may be."""
    with pytest.raises(ValueError, match=f"{name}={value}.*: use "):
        configure("station", {name: value})


def test_a_part_tells_a_wrong_setting_in_one_line(tmp_path: Path) -> None:
    """And does not start."""
    done = subprocess.run(
        [sys.executable, "-m", "teleward", "station", "--data", str(tmp_path)],
        env={**os.environ, "TELEWARD_LOG_FORMAT": "xml"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "teleward: TELEWARD_LOG_FORMAT=xml: use text or json\n"
