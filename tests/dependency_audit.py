"""Look the pinned dependencies up among known vulnerabilities, where that can be done.

Ends non-zero only when a vulnerability is found. Without pip-audit (``pip install pip-audit``), or
where its service (osv.dev) cannot be reached, it says that nothing was audited: a check must work on a
train as well. CI has both, and looks once a week besides.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

REQUIREMENTS = Path(__file__).parents[1] / "requirements" / "run.txt"
OPTIONS = ("--no-deps", "--disable-pip", "--vulnerability-service", "osv", "--timeout", "5",
           "--progress-spinner", "off", "--format", "json")  # fmt: skip
PATIENCE_S = 120


def program() -> str | None:
    """Return the path of pip-audit, beside this Python or on PATH."""
    beside = str(Path(sys.executable).parent)
    return shutil.which("pip-audit", path=os.pathsep.join((beside, os.environ.get("PATH", ""))))


def judged(said: str) -> tuple[int, str]:
    """Return the exit status and the message for what pip-audit printed."""
    try:
        found: dict[str, Any] = json.loads(said)
    except ValueError:
        return 0, "dependencies NOT audited: the service of known vulnerabilities cannot be reached"
    bad = [
        f"{d['name']} {d['version']}: {v['id']}, mended in {', '.join(v['fix_versions']) or 'no version yet'}"
        for d in found["dependencies"]
        for v in d.get("vulns", ())
    ]
    if bad:
        return 1, "dependencies with known vulnerabilities:\n  " + "\n  ".join(bad)
    asked = sum("vulns" in d for d in found["dependencies"])
    return 0, f"dependencies audited: {asked}, no known vulnerability"


def audit() -> tuple[int, str]:
    """Return the exit status and what to say."""
    pip_audit = program()
    if pip_audit is None:
        return 0, "dependencies NOT audited: pip-audit is not installed (CI has it)"
    command = [pip_audit, "--requirement", str(REQUIREMENTS), *OPTIONS]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        return judged("")
    return judged(done.stdout)


if __name__ == "__main__":
    status, message = audit()
    print(message)  # noqa: T201 -- a command speaks to its user
    sys.exit(status)
