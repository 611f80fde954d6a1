"""Checks of the programs that a ward may need: Mosquitto, and an InfluxDB on this computer."""

import importlib.util
import re
import shutil
import subprocess

from broker import mosquitto as broker_mosquitto
from broker.embedded import BrokerUnavailableError
from teleward.doctor.finding import Finding, good, note, wrong


def mosquitto(*, embedded: bool | None = None) -> Finding:
    """Check the Mosquitto on PATH; without the ``embedded`` broker one is needed."""
    if embedded is None:
        embedded = importlib.util.find_spec("iotcore") is not None
    todo = "install Mosquitto 2 (apt-get install mosquitto, brew install mosquitto)"
    try:
        path = broker_mosquitto.program()
    except BrokerUnavailableError:
        if embedded:
            return note("mosquitto", "none on PATH; only a broker on the network (--listen) needs one")
        return wrong("mosquitto", "none on PATH, and no embedded broker for this computer", todo)
    version = _version([path, "-h"])
    if version is None or version < (2,):
        said = ".".join(map(str, version)) if version else "unknown"
        return wrong("mosquitto", f"{path} has version {said}: too old", todo)
    return good("mosquitto", f"{'.'.join(map(str, version))} at {path}")


def influxd(store: str) -> Finding | None:
    """Check the ``influxd`` on PATH where the store should be one on this computer."""
    here = re.match(r"influxs?://(localhost|127\.0\.0\.1|\[::1\])[:/]", store) is not None
    path = shutil.which("influxd")
    if path is None:
        return None
    version = _version([path, "version"])
    if version is not None and (2, 7) <= version < (3,):
        return good("influxd", f"{'.'.join(map(str, version))} at {path}")
    what = f"{path} has version {'.'.join(map(str, version or (0,)))}, not 2.7 or a later 2"
    todo = "install InfluxDB 2.7 or later (2.x) and start that one"
    return wrong("influxd", what, todo) if here else note("influxd", f"{what}; Teleward does not use it")


def _version(command: list[str]) -> tuple[int, ...] | None:
    """Return the first version that a program says of itself."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)  # noqa: S603 -- found on PATH
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"\bv?(\d+)\.(\d+)(?:\.(\d+))?", done.stdout + done.stderr)
    return tuple(int(part) for part in match.groups() if part) if match else None
