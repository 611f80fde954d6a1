"""Faults, falls and chance as a scenario writes them: found wrong where they are, and played as written."""

from io import StringIO
from typing import Any

import pytest
from ruamel.yaml import YAML

from broker import codec, topics
from broker import messages as m
from broker.bus import MemoryBus
from scenarios.headless import play
from scenarios.loader import load, loaded_or_raise
from scenarios.stage import Stage


def text(*beds: dict[str, Any], **more: Any) -> str:  # noqa: ANN401 -- whatever a scenario holds
    """Return a scenario of these beds as an author would write it."""
    out = StringIO()
    YAML().dump({"name": "faulty", "title": "Faulty", **more, "beds": list(beds)}, out)
    return out.getvalue()


def told_of(*beds: dict[str, Any]) -> str:
    """Return what is found wrong with these beds."""
    return "\n".join(f.told("f.yaml") for f in load(text(*beds)).findings)


def swap(**more: Any) -> dict[str, Any]:  # noqa: ANN401 -- likewise
    """Return a bed whose patch is swapped."""
    return {"faults": [{"kind": "swapped", "device": "patch", **more}]}


@pytest.mark.parametrize(
    ("beds", "words"),
    [
        ([swap()], "with whom is it swapped?"),
        ([swap(other_bed="bed01")], "cannot be swapped with itself"),
        ([swap(other_bed="bed09")], "there is no bed `bed09`"),
        ([swap(other_bed="bed02"), {"wears": ["oximeter"]}], "nobody wears the patch there"),
        ([swap(other_bed="bed02"), swap(other_bed="bed01")], "swapped already then"),
        ([{"faults": [{"kind": "frozen", "device": "patch", "share": 0.5}]}], "`frozen` has no `share`"),
        ([{"faults": [{"kind": "damped-line", "device": "patch"}]}], "cannot have `damped-line`"),
        ([{"wears": ["monitor", "patch"]}], "a monitor has its own patch"),
        ([{"wears": ["cuff", "cuff"]}], "the cuff is there already"),
    ],
)
def test_what_cannot_be_is_said_with_a_reason(beds: list[dict[str, Any]], words: str) -> None:
    """Each mistake in a word."""
    assert words in told_of(*beds)


def test_two_swaps_one_after_the_other_are_none_of_its_business() -> None:
    """The same straps may be swapped again once they are back."""
    first, second = swap(other_bed="bed02", lasts="1 min"), swap(other_bed="bed01", at="2 min")
    assert told_of(first, second) == ""


def test_plain_words_name_the_same_fault() -> None:
    """A cuff too small is one by either name, in a script; a second one at the same time is found."""
    (bed,) = loaded_or_raise(text({"faults": [{"kind": "cuff-too-small", "device": "cuff"}]}), "f").beds
    assert bed.faults[0].kind == "too-small"
    twice = [{"kind": kind, "device": "cuff"} for kind in ("too-small", "cuff-too-small")]
    assert "has `too-small` already then" in told_of({"faults": twice})
    assert "did you mean `too-small`" in told_of({"faults": [{"kind": "to-small", "device": "cuff"}]})


def test_a_reboot_needs_no_length() -> None:
    """It ends by itself, so that a second one may follow."""
    reboots = [{"kind": "reboot", "device": "patch", "at": f"{k} min"} for k in (1, 2)]
    assert told_of({"faults": reboots}) == ""


def test_a_reboot_takes_as_long_as_written() -> None:
    """Fifteen seconds, or what the script says."""
    faults = [{"kind": "reboot", "device": "patch", "at": "10 s"}]
    faults.append({"kind": "reboot", "device": "oximeter", "at": "10 s", "lasts": "30 s"})
    said = heard(text({"faults": faults}), 60)
    there = [sum(where.endswith(f"{d}/num") for where, _ in said) for d in ("patch", "oximeter", "band")]
    assert there == [45, 30, 6]


def heard(written: str, seconds: float, *, seed: int = 1) -> list[tuple[str, codec.Accepted]]:
    """Play a scenario; return (topic, message) of all it says."""
    bus = MemoryBus()
    play(loaded_or_raise(written, "f"), bus, seed=seed, seconds=seconds)
    out = []
    for _, message in bus.sent:
        got = codec.decode(message.topic, message.payload)
        assert isinstance(got, codec.Accepted), got
        out.append((message.topic, got))
    return out


def values(said: list[tuple[str, codec.Accepted]], bed: str, device: str, metric: str) -> list[float]:
    """Return the values that a bed's device showed."""
    topic = topics.device("home", "s-headless", bed, device, "num")
    nums = [got.message for where, got in said if where == topic]
    return [v for n in nums if isinstance(n, m.Num) and metric in n.m and (v := n.m[metric].v) is not None]


def test_swapped_straps_in_a_script_change_beds_and_change_back() -> None:
    """For a minute each patch tells of the other patient; the truth of both is labelled."""
    fast = {"baseline": {"hr": 115}, **swap(other_bed="bed02", at="30 s", lasts="60 s")}
    said = heard(text(fast, {"baseline": {"hr": 55}}), 150)
    first, second = values(said, "bed01", "patch", "hr"), values(said, "bed02", "patch", "hr")
    for span, faster in (((10, 30), first), ((60, 90), second), ((120, 150), first)):
        slower = second if faster is first else first
        assert min(faster[slice(*span)]) > max(slower[slice(*span)])
    labels = {got.topic.subject for _, got in said if isinstance(got.message, m.Label)}
    assert labels == {"bed01", "bed02"}


def test_what_a_script_says_of_a_fault_reaches_the_wire() -> None:
    """Share, delay and clock are the script's, not the usual."""
    faults = [
        {"kind": "lost-messages", "device": "patch", "share": 0.9},
        {"kind": "late-messages", "device": "oximeter", "delay": "45 s"},
        {"kind": "wrong-clock", "device": "band", "ahead_min": -30},
    ]
    said = heard(text({"faults": faults}), 200)
    assert 5 <= len(values(said, "bed01", "patch", "hr")) <= 40
    assert 150 <= len(values(said, "bed01", "oximeter", "spo2")) <= 157
    band = [got.message.t for where, got in said if "band/num" in where and isinstance(got.message, m.Num)]
    assert band[0] == loaded_or_raise(text({}), "f").start + 10_000 - 1_800_000


def test_a_fall_is_told_by_the_band_and_in_the_truth() -> None:
    """A label from blow to getting up; the band notices it in most seeds."""
    noticed = 0
    for seed in range(4):
        said = heard(text({"falls": [{"at": "5 s", "lasts": "40 s"}]}), 60, seed=seed)
        labels = [got.message for _, got in said if isinstance(got.message, m.Label)]
        assert [(x.kind, x.end is not None and x.end - x.start) for x in labels] == [("fall", 40_000)]
        noticed += any(isinstance(got.message, m.Evt) and got.message.kind == "fall" for _, got in said)
    assert noticed >= 2


@pytest.mark.slow
def test_chance_is_told_in_the_truth_and_off_by_default() -> None:
    """Every fault that chance brings has its label; without the option there is none."""
    beds: list[dict[str, Any]] = [{} for _ in range(30)]
    with_chance, without = heard(text(*beds, chance="realistic"), 240), heard(text(*beds), 5)
    labels = [got.message for _, got in with_chance if isinstance(got.message, m.Label)]
    assert labels
    assert all(x.text.endswith("(chance)") and x.end is not None for x in labels)
    assert not [1 for _, got in without if isinstance(got.message, m.Label)]


@pytest.mark.slow
@pytest.mark.parametrize("extra", [["capnometer", "cgm", "scale"], ["wrist-oximeter", "spirometer"]])
def test_a_scenario_may_give_beds_more_devices(extra: list[str]) -> None:
    """They introduce themselves and speak; the neighbour wears what everybody wears."""
    said = heard(text({"wears": ["patch", *extra]}, {}), 500)
    speaking = {(got.topic.subject, got.topic.device) for _, got in said if isinstance(got.message, m.Num)}
    assert {("bed01", d) for d in ("patch", *extra)} <= speaking
    assert not {d for bed, d in speaking if bed == "bed02"} & set(extra)


# --- by hand ---------------------------------------------------------------------------------------

TWO = text({"baseline": {"hr": 115}}, {"baseline": {"hr": 55}})


def steered(*deeds: tuple[int, m.Steer], seconds: int) -> list[tuple[str, codec.Accepted]]:
    """Play two beds, doing what is given at its second; return (topic, message) of all that is said."""
    stage = Stage("home", "s-headless", loaded_or_raise(TWO, "f"), seed=1)
    said = []
    for second in range(seconds):
        for what in [what for at_s, what in deeds if at_s == second]:
            stage.steer(what)
        for _ in range(5):
            said += [e.out for e in stage.tick(waves=False)]
    accepted = [(p.topic, codec.decode(p.topic, p.payload)) for p in said]
    return [(where, got) for where, got in accepted if isinstance(got, codec.Accepted)]


def events(said: list[tuple[str, codec.Accepted]]) -> list[tuple[str, str, int]]:
    """Return (bed, kind, s since the start) of what is told of faults."""
    start = loaded_or_raise(TWO, "f").start
    told = [(got.topic.subject, got.message) for _, got in said if isinstance(got.message, m.TruthEvent)]
    return [(bed, e.kind, (e.t - start) // 1000) for bed, e in told if e.kind.startswith("fault-")]


def test_a_hand_swaps_straps_and_swaps_them_back() -> None:
    """As a script does, told in both beds; who is swapped already is refused until it is mended."""
    swap = m.Steer(do="fault", bed="bed01", name="swapped", device="patch", other_bed="bed02")
    mend = m.Steer(do="mend", bed="bed02", name="swapped", device="patch")
    said = steered((30, swap), (90, mend), seconds=150)
    first, second = values(said, "bed01", "patch", "hr"), values(said, "bed02", "patch", "hr")
    for span, faster in (((10, 30), first), ((60, 90), second), ((120, 150), first)):
        slower = second if faster is first else first
        assert min(faster[slice(*span)]) > max(slower[slice(*span)])
    began, ended = ("fault-began", 30), ("fault-ended", 90)
    assert sorted(events(said)) == [(bed, *what) for bed in ("bed01", "bed02") for what in (began, ended)]
    with pytest.raises(ValueError, match="mend that first"):
        steered((3, swap), (5, swap), seconds=8)


def test_a_hand_says_how_strong_and_how_long() -> None:
    """Nine tenths are lost for 60 s; then it ends by itself, once."""
    lossy = m.Steer(
        do="fault", bed="bed01", name="lost-messages", device="patch", lasts_s=60, how={"share": 0.9}
    )
    said = steered((20, lossy), seconds=100)
    assert 40 <= len(values(said, "bed01", "patch", "hr")) <= 55
    assert events(said) == [("bed01", "fault-began", 20), ("bed01", "fault-ended", 80)]


def test_what_is_mended_or_begun_anew_does_not_end_a_second_time() -> None:
    """The end that a hand had set is forgotten."""
    off = m.Steer(do="fault", bed="bed01", name="probe-off", device="oximeter", lasts_s=40)
    mend = m.Steer(do="mend", bed="bed01", name="probe-off", device="oximeter")
    said = steered((10, off), (20, mend), (30, off), (40, off), seconds=100)
    told = [(kind.removeprefix("fault-"), s) for _, kind, s in events(said)]
    assert told == [("began", 10), ("ended", 20), ("began", 30), ("began", 40), ("ended", 80)]


def labels(said: list[tuple[str, codec.Accepted]]) -> dict[tuple[str, str, int], int | None]:
    """Return what was labelled last: (bed, kind, begin) to end, in s since the start."""
    start = loaded_or_raise(TWO, "f").start
    told = [(got.topic.subject, got.message) for _, got in said if isinstance(got.message, m.Label)]
    return {
        (bed, x.kind, (x.start - start) // 1000): None if x.end is None else (x.end - start) // 1000
        for bed, x in told
    }


def test_a_label_ends_with_what_a_hand_mends_or_eases() -> None:
    """Told anew with its end: of faults without one or with a later one, a swap in both beds, an illness."""
    moved = m.Steer(do="fault", bed="bed01", name="motion", device="oximeter")
    off = m.Steer(do="fault", bed="bed01", name="probe-off", device="oximeter", lasts_s=90)
    swap = m.Steer(do="fault", bed="bed01", name="swapped", device="patch", other_bed="bed02")
    ill = m.Steer(do="insult", bed="bed02", name="pneumonia", value=0.5)
    faults = (("motion", "oximeter"), ("probe-off", "oximeter"), ("swapped", "patch"))
    mends = [m.Steer(do="mend", bed="bed01", name=name, device=device) for name, device in faults]
    well = m.Steer(do="ease", bed="bed02", name="pneumonia")
    begun = [(5, moved), (6, off), (7, swap), (8, ill)]
    assert set(labels(steered(*begun, seconds=12)).values()) == {None, 96}
    said = steered(*begun, *((20 + i, mend) for i, mend in enumerate(mends)), (24, well), seconds=110)
    assert labels(said) == {
        ("bed01", "motion", 5): 20,
        ("bed01", "probe-off", 6): 21,
        ("bed01", "swapped", 7): 22,
        ("bed02", "swapped", 7): 22,
        ("bed02", "deterioration", 8): 24,
    }


def test_a_label_that_begins_as_another_ends_goes_on() -> None:
    """A fault begun anew in the second in which it ends is a stretch of its own."""
    short, long = (
        m.Steer(do="fault", bed="bed01", name="motion", device="oximeter", lasts_s=s) for s in (10, 40)
    )
    said = steered((5, short), (15, long), seconds=30)
    assert labels(said) == {("bed01", "motion", 5): 15, ("bed01", "motion", 15): 55}
