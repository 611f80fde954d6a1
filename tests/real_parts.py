"""Say which real parts the tests have, and install what is missing where that is allowed.

The tests drive a real browser and a real Mosquitto. Run as root on Debian or Ubuntu this installs
them; elsewhere it says how. ``$CHROMIUM`` names a browser of your own.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
EXTRA_PATHS = ("/usr/sbin", "/usr/local/sbin")


def browser() -> str | None:
    """Return a Chromium's path, or ``None``."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    found = next((p for b in BROWSERS if (p := shutil.which(b))), None)
    return found or _playwright_browser()


def mosquitto() -> str | None:
    """Return the path of a Mosquitto broker, which Debian keeps outside a user's PATH."""
    return shutil.which("mosquitto", path=os.pathsep.join((os.environ.get("PATH", ""), *EXTRA_PATHS)))


def victoria_metrics() -> str | None:
    """Return the path of VictoriaMetrics, a second server that takes our line protocol."""
    return shutil.which("victoria-metrics")


def _playwright_browser() -> str | None:
    home = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    found = sorted(home.glob("chromium-*/chrome-linux*/chrome"))
    return str(found[-1]) if found else None


def _install(packages: list[str]) -> None:
    apt = shutil.which("apt-get")
    if not packages or apt is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return
    print("Installing", *packages, file=sys.stderr)  # noqa: T201 -- a command speaks to its user
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([apt, "-qq", "update"], env=env, check=False)
    subprocess.run(
        [apt, "-qq", "install", "-y", "--no-install-recommends", *packages],
        env=env,
        check=False,
        stdout=subprocess.DEVNULL,
    )


def main() -> None:
    """Install with ``--install``, then report."""
    wanted = {"chromium": browser, "mosquitto": mosquitto, "victoria-metrics": victoria_metrics}
    clients = [] if shutil.which("mosquitto_pub") else ["mosquitto-clients"]
    if "--install" in sys.argv[1:]:
        _install([name for name, find in wanted.items() if not find()] + clients)
    for name, find in wanted.items():
        how = "missing: its tests are skipped (apt-get install, or brew install)"
        print(f"{name}: {find() or how}")  # noqa: T201 -- a command speaks to its user


if __name__ == "__main__":
    main()
