"""Recordings: what is read, what has a place, and what is said when it cannot be."""

from pathlib import Path

import numpy as np
import pytest

from devices.gateways.recording import RecordingError, open_recording
from devices.gateways.signal_names import Place, place
from tests.devices.replay.records import INVALID, Channel, noise, write, write_segments
from tests.recordings import recording


def test_samples_are_those_of_the_file(tmp_path: Path) -> None:
    """Values come in the catalogue's unit, and their whole numbers are the file's own."""
    channels = [
        Channel("MLII", "uV", noise(4000, 1), 4, gain=0.2, baseline=300),
        Channel("ART", "mmHg", noise(1000, 2) + 2000, gain=20, baseline=-100),
    ]
    opened = open_recording(write(tmp_path, "r", 50, channels))
    assert [(t.metric, float(t.hz)) for t in opened.waves] == [("ecg_ii", 200), ("abp", 50)]
    for track, channel, factor in zip(opened.waves, channels, (1e-3, 1), strict=True):
        values = opened.values(track, 0, opened.length(track))
        assert values == pytest.approx(channel.values * factor)
        assert (opened.raw(track, values) == channel.numbers).all()


def test_a_record_longer_than_a_piece_has_no_seam(tmp_path: Path) -> None:
    """Reading across pieces, and on from the end to the beginning, leaves nothing out."""
    channel = Channel("II", "mV", noise(100 * 101))
    opened = open_recording(write(tmp_path, "long", 100, [channel]))
    track, total = opened.waves[0], len(channel.numbers)
    for start, stop in (
        (0, total),
        (2990, 3010),
        (5999, 6001),
        (total - 5, total + 5),
        (3 * total - 1, 3 * total + 1),
    ):
        expected = np.take(channel.values, range(start, stop), mode="wrap")
        assert opened.values(track, start, stop) == pytest.approx(expected)


def test_segments_and_gaps_between_them(tmp_path: Path) -> None:
    """Segments follow one another; a gap, and an invalid sample, is no number."""
    first, second = (Channel("II", "mV", noise(500, s)) for s in (1, 2))
    second.numbers[7] = INVALID
    for name, channel in (("a", first), ("b", second)):
        write(tmp_path, name, 250, [channel])
    (tmp_path / "layout.hea").write_text("layout 1 250 0\n~ 0 200(0)/mV 16 0 0 0 0 II\n")
    segments = [("layout", 0), ("a", 500), ("~", 250), ("b", 500)]
    opened = open_recording(write_segments(tmp_path, "whole", 250, segments, 1))
    got = opened.values(opened.waves[0], 0, 1250)
    expected = np.concatenate((first.values, np.full(250, np.nan), second.values))
    assert got == pytest.approx(expected, nan_ok=True)


def test_a_header_without_a_length(tmp_path: Path) -> None:
    """The record is as long as its file."""
    channel = Channel("II", "mV", noise(777))
    path = write(tmp_path, "r", 250, [channel])
    header = path.with_suffix(".hea")
    header.write_text(header.read_text().replace("r 1 250 777", "r 1 250"))
    opened = open_recording(path)
    assert opened.values(opened.waves[0], 0, 777) == pytest.approx(channel.values)
    assert float(opened.seconds) == pytest.approx(777 / 250)


def test_a_pleth_without_unit_fits_the_screen(tmp_path: Path) -> None:
    """Whatever numbers a recorder used, a pleth stands between 0 and 1; its whole numbers stay."""
    t_s = np.arange(125 * 20) / 125
    channel = Channel("PLETH", "NU", np.rint(9000 + 3000 * np.sin(8 * t_s)).astype(np.int64))
    opened = open_recording(write(tmp_path, "r", 125, [channel]))
    track = opened.waves[0]
    values = opened.values(track, 0, 2500)
    assert (values.min(), values.max()) == (pytest.approx(0.05, abs=0.05), pytest.approx(0.95, abs=0.05))
    assert (opened.raw(track, values) == channel.numbers).all()


def test_the_real_record_of_two_segments() -> None:
    """041s has leads at 500 Hz, pressure, pleth and respiration at 125 Hz; its PAP has no place."""
    opened = open_recording(recording("041s"))
    assert {t.metric: float(t.hz) for t in opened.waves} == {
        "ecg_iii": 500, "ecg_i": 500, "ecg_v1": 500, "abp": 125, "pleth": 125, "resp": 125,
    }  # fmt: skip
    assert list(opened.left_out) == ["PAP"]
    assert float(opened.seconds) == 16
    pressure = next(t for t in opened.waves if t.metric == "abp")
    assert opened.values(pressure, 0, 2000).min() == pytest.approx(40.95)


@pytest.mark.parametrize(
    ("name", "unit", "hz", "metric"),
    [
        ("MLII", "mV", 360, "ecg_ii"), ("ii", "mV", 1000, "ecg_ii"), ("ECG II", "uV", 500, "ecg_ii"),
        ("V", "mV", 125, "ecg_v1"), ("MCL1", "mV", 500, "ecg_v1"), ("V5", "mV", 360, "ecg_v5"),
        ("avr", "mV", 1000, "ecg_avr"), ("aVL", "mV", 1000, "ecg_avl"), ("D3", "mV", 250, "ecg_iii"),
        ("MLIII", "mV", 250, "ecg_iii"), ("CM5", "mV", 250, "ecg_v5"), ("mod.V1", "mV", 250, "ecg_v1"),
        ("V1-V2", "mV", 250, "ecg_v1"), ("ECG", "mV", 128, "ecg_ii"), ("ECG1", "mV", 128, "ecg_ii"),
        ("ABP", "mmHg", 125, "abp"), ("ART", "mmHg", 125, "abp"), ("PLETH", "NU", 125, "pleth"),
        ("Pleth", "mV", 125, "pleth"), ("RESP", "Ohm", 125, "resp"), ("CO2", "mmHg", 125, "capno"),
        ("HR", "bpm", 1, "hr"), ("PULSE", "bpm", 1, "pr"), ("SpO2", "%", 1, "spo2"),
        ("RESP", "pm", 1 / 60, "rr"), ("ABPSys", "mmHg", 1, "abp_sys"), ("ABP Mean", "mmHg", 1, "abp_map"),
        ("NBPDias", "mmHg", 1, "nibp_dia"),
    ],
)  # fmt: skip
def test_names_of_physionet_have_their_place(name: str, unit: str, hz: float, metric: str) -> None:
    """A signal goes where a clinician would look for it."""
    found = place(name, unit, hz, set())
    assert isinstance(found, Place)
    assert found.metric == metric


@pytest.mark.parametrize(
    ("name", "unit", "why"),
    [("PAP", "mmHg", "no wave of the catalogue is called 'PAP'"),
     ("II", "NU", "is in 'NU', and ecg_ii is in 'mV'"), ("ABP", "mV", "abp is in"),
     ("FECG", "mV", "'FECG'"), ("VI", "mV", "'VI'"), ("", "mV", "''")],
)  # fmt: skip
def test_what_has_no_place_is_left_out_with_the_reason(name: str, unit: str, why: str) -> None:
    """Nothing is guessed where name or unit do not tell."""
    assert why in str(place(name, unit, 250, set()))


def test_the_user_may_say_what_a_signal_is(tmp_path: Path) -> None:
    """A strange name gets the place it is given."""
    path = write(tmp_path, "r", 250, [Channel("chan 1", "mV", noise(500)), Channel("II", "mV", noise(500))])
    opened = open_recording(path, {"chan 1": "ecg_v2"})
    assert [t.metric for t in opened.waves] == ["ecg_v2", "ecg_ii"]
    with pytest.raises(RecordingError, match="no signal 'chan 2': it has chan 1, II"):
        open_recording(path, {"chan 2": "ecg_v2"})


def _no_header(folder: Path) -> Path:
    write(folder, "patient7", 250, [Channel("II", "mV", noise(500))])
    return folder / "patient1"


def _no_dat(folder: Path) -> Path:
    path = write(folder, "r", 250, [Channel("II", "mV", noise(500))])
    path.with_suffix(".dat").unlink()
    return path


def _no_segment(folder: Path) -> Path:
    write(folder, "a", 250, [Channel("II", "mV", noise(500))])
    return write_segments(folder, "r", 250, [("a", 500), ("b", 500)], 1)


def _cut_short(folder: Path) -> Path:
    path = write(folder, "r", 250, [Channel("II", "mV", noise(500))])
    data = path.with_suffix(".dat")
    data.write_bytes(data.read_bytes()[:300])
    return path


def _another_format(folder: Path) -> Path:
    (folder / "r.edf").write_bytes(b"0       ")
    return folder / "r.edf"


def _gibberish(folder: Path) -> Path:
    (folder / "r.hea").write_text("this is no header\n")
    return folder / "r"


def _strange_signals(folder: Path) -> Path:
    return write(folder, "r", 250, [Channel("EEG", "uV", noise(500))])


def _too_fast(folder: Path) -> Path:
    return write(folder, "r", 5000, [Channel("II", "mV", noise(500))])


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_no_header, r"no header patient1\.hea in .*did you mean patient7\?"),
        (_no_dat, r"incomplete: r\.dat is missing"),
        (_no_segment, r"incomplete: b\.hea is missing"),
        (_cut_short, r"cannot be read .*cut short or damaged, fetch the record again"),
        (_another_format, r"not a WFDB record.*wfdb\.io\.convert"),
        (_gibberish, r"r\.hea is not a WFDB header"),
        (_strange_signals, r"nothing of r can be shown \(EEG: no wave .*--as EEG=ecg_ii"),
        (_too_fast, r"5000 samples a second, above 2000"),
        (lambda folder: folder / "no" / "r", r"there is no folder"),
    ],
)  # fmt: skip
def test_errors_say_where_what_and_what_to_do(make: object, says: str, tmp_path: Path) -> None:
    """What is wrong with a recording is told in words, not by a traceback of wfdb's."""
    assert callable(make)
    with pytest.raises(RecordingError, match=says):
        open_recording(make(tmp_path))


@pytest.mark.parametrize("extension", ["", ".hea", ".dat"])
def test_any_of_its_files_names_a_record(extension: str, tmp_path: Path) -> None:
    """Whether header, data or neither is named, it is the same record."""
    path = write(tmp_path, "r_1", 250, [Channel("II", "mV", noise(500))])
    assert open_recording(f"{path}{extension}").name == "r_1"
