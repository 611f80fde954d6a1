"""Machine code of sources of long ago goes; what is new, or in use, stays, whoever clears up meanwhile."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from broker.clock import SystemClock
from devices.kernel_folders import REST_S, drop_old

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no such locks")

USES = """
import sys
from pathlib import Path
from devices.kernel_folders import hold
hold(Path(sys.argv[1]))
print("held", flush=True)
input()
"""
CROWD = """
import sys
from pathlib import Path
from devices.kernel_folders import drop_old, hold
base, me, rounds = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
for k in range(rounds):
    folder = base / f"kernels-{(me + k) % 7}"
    hold(folder)
    (folder / "code").mkdir(exist_ok=True)
    (folder / "code" / f"by-{me}-{k}").write_text("x")
    drop_old(folder, keep=0, rest_s=-60.0)
    assert (folder / "code" / f"by-{me}-{k}").read_text() == "x"
    from devices import kernel_folders
    kernel_folders._held.pop(folder).close()
"""


def folders(base: Path, ages_s: list[float]) -> list[Path]:
    """Make folders with something in them, used so many seconds ago."""
    made = []
    for k, age_s in enumerate(ages_s):
        folder = base / f"kernels-{k:02}"
        (folder / "code").mkdir(parents=True)
        (folder / "code" / "index").touch()
        used_s = SystemClock().now_ms() / 1000 - age_s
        os.utime(folder, (used_s, used_s))
        made.append(folder)
    return made


def test_the_newest_few_stay(tmp_path: Path) -> None:
    """And what was used within an hour of ours, which stays in any case, and what is not ours at all."""
    made = folders(tmp_path, [k * REST_S / 2.5 for k in range(9)])
    (tmp_path / "letters").mkdir()
    (tmp_path / ".kernels-07.4711" / "code").mkdir(parents=True)
    drop_old(made[0], keep=5)
    assert {path.name for path in tmp_path.iterdir()} == {p.name for p in made[:5]} | {"letters"}
    drop_old(made[0], keep=0)
    assert {path for path in made if path.exists()} == {*made[:3]}


def test_what_somebody_uses_stays_until_he_ends(tmp_path: Path) -> None:
    """However old it is; a process that is killed holds nothing."""
    old, ours = folders(tmp_path, [9 * REST_S, 1.0])
    command = [sys.executable, "-c", USES, str(old)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as user:
        assert user.stdout is not None
        assert user.stdout.readline() == b"held\n"
        drop_old(ours, keep=0, rest_s=-60.0)
        assert (old / "code" / "index").exists()
        user.kill()
    drop_old(ours, keep=0, rest_s=-60.0)
    assert not old.exists()


def test_a_crowd_that_uses_and_clears_up_takes_nothing_from_each_other(tmp_path: Path) -> None:
    """Processes that begin at the same moment: what one uses is there as long as it uses it."""
    processes = [
        subprocess.Popen([sys.executable, "-c", CROWD, str(tmp_path), str(me), "120"], stderr=subprocess.PIPE)
        for me in range(5)
    ]
    said = [process.communicate()[1].decode() for process in processes]
    assert [process.returncode for process in processes] == [0] * 5, "\n".join(said)
    assert not list(tmp_path.glob(".*"))
