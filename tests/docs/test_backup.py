"""What the page on backups tells to type keeps what the store held, and brings it back."""

import re
import shutil
import subprocess
import tarfile
import threading
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from broker.store import open_store
from broker.store.influx_setup import Admin, setup
from broker.store.protocol import Batch, Observation
from tests.patience import PATIENCE_S
from tests.real_influx import TOKEN, RealInflux, address, fresh, influxd

PAGE: Final = (Path(__file__).parents[2] / "docs" / "how-to" / "backup.md").read_text(encoding="utf-8")
BLOCKS: Final = re.findall(r"```\n(.*?)```", PAGE, re.DOTALL)
SHELL, PYTHON, RESTORE = BLOCKS[:3]
COPIES: Final = {"sqlite3": (SHELL, "ward-2026-11-23.sqlite"), "python3": (PYTHON, "ward.sqlite")}


def values(number: int) -> list[Observation]:
    """Return the ``number``th batch that is written: what is in one commit comes back whole."""
    return [
        Observation("s-1", "bed01", "patch", "hr", 1000 * number + n, "ab", 10 * number + n, 72.0, "/min")
        for n in range(10)
    ]


def held(store: Path | str) -> int:
    """Return how many observations a store holds."""
    with closing(open_store(str(store), readonly=True)) as opened:
        return opened.usage().observations


def typed(lines: str, folder: Path) -> None:
    """Type ``lines`` in ``folder``."""
    done = subprocess.run(["bash", "-ec", lines], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("program", COPIES)
def test_a_copy_is_whole_while_the_station_writes(tmp_path: Path, program: str) -> None:
    """All that was committed before is in it, nothing is cut in two, and it comes back."""
    if shutil.which(program) is None:
        pytest.skip(f"no {program} on PATH")
    lines, name = COPIES[program]
    data = tmp_path / ".teleward"
    data.mkdir()
    store = open_store(str(data / "store.sqlite"))
    for number in range(50):
        store.append(Batch(values(number)))
    stop, written = threading.Event(), threading.Event()

    def write() -> None:
        number = 50
        while not stop.is_set():
            store.append(Batch(values(number)))
            number += 1
            written.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert written.wait(PATIENCE_S)
    try:
        typed(lines, tmp_path)
    finally:
        stop.set()
        writer.join()
    at_the_end = store.usage().observations
    store.close()

    kept = held(tmp_path / name)
    assert 500 <= kept <= at_the_end
    assert kept % 10 == 0
    (tmp_path / name).rename(tmp_path / "ward-2026-11-23.sqlite")
    typed(RESTORE, tmp_path)
    assert held(data / "store.sqlite") == kept
    with closing(open_store(str(data / "store.sqlite"))) as again:
        again.append(Batch(values(10_000)))
        assert again.usage().observations == kept + 10
    assert held(data / "store.sqlite.old") == at_the_end, "what was there before is put aside"


@pytest.mark.influx
@pytest.mark.slow
def test_influx_comes_back_from_a_copy_of_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped, copied, lost, put in place again: data and tokens are as before."""
    command = influxd()
    if command is None:
        pytest.skip("no influxd of version 2.7 or later on PATH")
    server = RealInflux(command)
    try:
        setup(address(server, "first"), Admin(TOKEN, "tests", "not-a-secret"))
        url, tokens = fresh(server)
        monkeypatch.setenv("TELEWARD_INFLUX_TOKEN", tokens["station"])
        with closing(open_store(url)) as store:
            store.append(Batch(values(1)))
        server.pause()
        with tarfile.open(tmp_path / "copy.tar.gz", "w:gz") as archive:
            archive.add(server.folder, ".")
        shutil.rmtree(server.folder)
        with tarfile.open(tmp_path / "copy.tar.gz") as archive:
            archive.extractall(server.folder, filter="data")
        server.start()
        assert held(url) == 10
        with closing(open_store(url)) as store:
            store.append(Batch(values(2)))
        assert held(url) == 20
    finally:
        server.stop()
