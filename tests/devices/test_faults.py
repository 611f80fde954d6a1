"""What goes wrong between body and screen, as the wire tells it: every fault on a ward's real bytes."""

from functools import cache

import numpy as np
import pytest

from devices.person import generate
from devices.randomness import generator
from devices.signals.measure import Measuring
from devices.ward import Emission, Ward
from devices.wearables.cuff import Cuff
from devices.wearables.oximeter import Oximeter
from devices.wearables.patch import Patch
from devices.wearables.wearable import EVERYWHERE
from tests.devices.ward_of import CALM, DEVICES, ILL, calm, hear, played, sort, ward_of
from vitals.catalogue import WAVEFORMS

# --- what a sensor suffers -----------------------------------------------------------------------


def test_shivering_is_counted_for_beats_now_and_then_and_marked() -> None:
    """The heart rate is somewhat too high and questionable, the trace marked; the finger's pulse is not."""
    one = calm()
    one.fault(0, "patch", "shivering", True)
    said = played(one, 60, waves=True)
    patch, finger = sort(said, "patch"), sort(said, "oximeter")
    assert 1 < np.mean(patch.values("hr")[15:]) - np.mean(finger.values("pr")[15:]) < 12  # type: ignore[arg-type]
    assert patch.reasons("hr") == {("Qst", "shivering")}
    assert {w.why for w in patch.wave} == {"shivering"}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["motion", "shivering", "mains-hum", "baseline-wander"])
def test_what_is_shown_in_noise_is_what_a_detector_finds_in_the_trace(kind: str) -> None:
    """Heart rates over six people within 4 /min of our detector on the streamed wave, breaths within 9."""
    people = [generate(generator(9, f"bed{i:02d}", "person")) for i in range(6)]
    one = ward_of(people, devices=("patch",))
    for bed in range(6):
        one.fault(bed, "patch", kind, True)
    played(one, 20)
    said = played(one, 50, waves=True)
    found = [detected(said, bed) for bed in range(6)]
    shown = [sort(said, "patch", bed) for bed in range(6)]
    for metric, within in (("hr", 4.0), ("rr", 9.0)):
        heard = np.mean([np.mean(h.values(metric)[20:]) for h in shown])  # type: ignore[arg-type]
        assert heard == pytest.approx(np.mean([f[metric] for f in found]), abs=within), metric


def detected(said: list[Emission], bed: int) -> dict[str, float]:
    """Return the mean rates that our own detectors find in a patch's traces, after 20 s of them."""
    measuring = Measuring({"ecg_ii": 250, "resp": 50})
    found: dict[str, list[float]] = {"hr": [], "rr": []}
    mine = [e for e in said if e.bed == bed and "/wave/" in e.out.topic]
    for k, emission in enumerate(mine):
        key = emission.out.topic.rsplit("/", 1)[1]
        (block,) = sort([emission], "patch", bed).wave
        measuring.feed(key, np.array(block.d) * WAVEFORMS[key].scale)
        for metric, reading in measuring.readings().items() if k > 200 else ():
            if reading.v is not None:
                found[metric].append(reading.v)
    return {metric: float(np.mean(values)) for metric, values in found.items()}


@pytest.mark.parametrize("kind", ["mains-hum", "baseline-wander"])
def test_hum_and_wander_spoil_the_trace_and_leave_the_heart_rate(kind: str) -> None:
    """The trace is marked with the reason; the rate is valid and the same as without."""
    clean, worse = calm(), calm()
    worse.fault(0, "patch", kind, True)
    before, after = hear(clean, 30, "patch", waves=True), hear(worse, 30, "patch", waves=True)
    assert after.values("hr") == before.values("hr")
    assert {(w.q, w.why) for w in after.wave} == {("Qst", kind)}


def test_a_wandering_baseline_loses_breaths() -> None:
    """The breathing rate is doubtful and not above what is true."""
    one = calm()
    one.fault(0, "patch", "baseline-wander", True)
    rr = hear(one, 120, "patch")
    assert rr.reasons("rr") == {("Qst", "baseline-wander")}
    assert np.mean([v for v in rr.values("rr")[30:] if v is not None]) < 12


def test_diathermy_leaves_no_rate_while_it_lasts() -> None:
    """No heart or breathing rate, and both back when their windows are full again."""
    one = calm()
    one.fault(0, "patch", "electrosurgery", True)
    during = hear(one, 12, "patch")
    assert during.reasons("hr") == during.reasons("rr") == {("Inv", "electrosurgery")}
    assert set(during.values("hr")) == {None}
    one.fault(0, "patch", "electrosurgery", False)
    assert hear(one, 40, "patch").reasons("hr") <= {("Vld", None)}


def test_nail_polish_reads_low_and_says_nothing() -> None:
    """Some points of saturation are missing and every value is valid."""
    plain, painted = calm(), calm()
    painted.fault(0, "oximeter", "nail-polish", True)
    right, wrong = hear(plain, 30, "oximeter"), hear(painted, 30, "oximeter")
    difference = np.array(right.values("spo2"), float) - np.array(wrong.values("spo2"), float)
    assert np.all((difference >= 3) & (difference <= 5))
    assert wrong.reasons("spo2") == {("Vld", None)}


def test_a_cold_finger_shows_a_fall_later() -> None:
    """Half of a fall of saturation is shown many seconds after a warm finger shows it."""

    def half(one: Ward) -> int:
        one.aim("spo2", np.full(1, 80.0))
        shown = hear(one, 90, "oximeter").values("spo2")
        return next(k for k, v in enumerate(shown) if v is not None and v <= 89)

    warm, cold = calm(), calm()
    cold.fault(0, "oximeter", "cold-finger", True)
    played(warm, 30)
    weak = hear(cold, 30, "oximeter")
    assert 15 <= half(cold) - half(warm) <= 25
    assert max(v for v in weak.values("pi")[12:] if v is not None) < 1.0


@pytest.mark.parametrize(
    ("device", "metric", "why"),
    [("patch", "hr", "lead-off"), ("patch", "rr", "lead-off"), ("oximeter", "spo2", "probe-off")],
)
def test_a_device_on_nobody_says_that_it_touches_nobody(device: str, metric: str, why: str) -> None:
    """Patch and oximeter notice it: no value, the reason, an event."""
    one = calm()
    one.fault(0, device, "on-nobody", True)
    heard = hear(one, 5, device)
    assert heard.reasons(metric) == {("Inv", why)}
    assert [(e.kind, e.on) for e in heard.evt] == [(why, True)]


@pytest.mark.slow
def test_a_thermometer_on_nobody_shows_the_room_as_if_it_were_a_patient() -> None:
    """It cools, and every value is valid."""
    one = calm()
    one.fault(0, "thermometer", "on-nobody", True)
    heard = hear(one, 900, "thermometer")
    values = [v for v in heard.values("temp") if v is not None]
    assert values[0] > values[1] > values[2] > 25
    assert values[-1] == pytest.approx(22, abs=0.5)
    assert heard.reasons("temp") == {("Vld", None)}


def test_a_cuff_on_nobody_finds_no_pressure() -> None:
    """It measures in vain and says so."""
    one = ward_of([CALM])
    one.fault(0, "cuff", "on-nobody", True)
    assert hear(one, 60, "cuff").reasons("nibp_sys") == {("Inv", "no-reading")}


# --- swapped straps ------------------------------------------------------------------------------


def test_swapped_straps_show_the_other_patient_and_only_they() -> None:
    """The two patches exchange heart rates and traces; the oximeters stay with their patients."""
    one = ward_of([CALM, ILL, CALM])
    played(one, 5)
    one.swap("patch", 0, 1)
    said = played(one, 60, waves=True)
    rates = [sort(said, "patch", bed).values("hr")[20:] for bed in range(3)]
    assert [float(np.mean(r)) > 90 for r in rates] == [True, False, False]  # type: ignore[arg-type]
    pulses = [float(np.mean(sort(said, "oximeter", bed).values("pr")[20:])) for bed in range(3)]  # type: ignore[arg-type]
    assert [p > 90 for p in pulses] == [False, True, False]
    assert sort(said, "patch").reasons("hr") == {("Vld", None)}


def test_the_trace_goes_with_the_strap_and_so_does_its_trouble() -> None:
    """A loose electrode of a swapped patch flattens that patch's trace, whoever wears it."""

    def height(said: list[Emission], bed: int, key: str) -> int:
        mine = [e for e in said if key in e.out.topic]
        blocks = [w.d for w in sort(mine, "patch", bed).wave]
        return int(np.ptp(np.concatenate(blocks)))

    one = ward_of([CALM, ILL])
    one.swap("patch", 0, 1)
    one.fault(0, "patch", "lead-off", True)
    said = played(one, 5, waves=True)
    assert height(said, 0, "ecg_ii") < 10 < height(said, 1, "ecg_ii")


@pytest.mark.parametrize(("device", "kind"), [("patch", "lead-off"), ("oximeter", "cold-finger")])
def test_a_trace_is_as_it_was_once_its_trouble_is_over(device: str, kind: str) -> None:
    """Spoilt in every second of it and in none after: the same samples as without."""
    clean, worse = calm(), calm()
    worse.fault(0, device, kind, True)
    during = [hear(one, 4, device, waves=True).wave for one in (clean, worse)]
    worse.fault(0, device, kind, False)
    after = [hear(one, 4, device, waves=True).wave for one in (clean, worse)]
    assert all(a.d != b.d for a, b in zip(*during, strict=True))
    assert all(a.d == b.d for a, b in zip(*after, strict=True))


def test_a_swap_ended_leaves_no_trace() -> None:
    """Swapped and swapped back before anything is measured, a ward says the same bytes."""
    plain, swapped = ward_of([CALM, ILL]), ward_of([CALM, ILL])
    for device in DEVICES:
        swapped.swap(device, 0, 1)
        swapped.swap(device, 0, 1)
    assert played(plain, 30, waves=True) == played(swapped, 30, waves=True)


@pytest.mark.slow
def test_swapped_devices_say_what_they_would_on_one_another() -> None:
    """Cuff and thermometer follow the pressure and temperature of whom they sit on."""
    one = ward_of([CALM, ILL])
    for device in ("cuff", "thermometer"):
        one.swap(device, 0, 1)
    said = played(one, 900)
    pressure = [sort(said, "cuff", bed).values("nibp_sys")[0] or 0.0 for bed in (0, 1)]
    heat = [sort(said, "thermometer", bed).values("temp")[-1] or 0.0 for bed in (0, 1)]
    assert pressure[0] < pressure[1]
    assert heat[0] > 38.2
    assert heat[1] < 37.5


# --- all of them ---------------------------------------------------------------------------------

ALL = [
    *((d, k) for d in ("oximeter", "cuff") for k in EVERYWHERE),
    *(("patch", k) for k in Patch.kinds),
    *(("oximeter", k) for k in Oximeter.kinds),
    *(("cuff", k) for k in Cuff.kinds), ("band", "motion"),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("device", "kind"), ALL)
def test_a_fault_changes_only_its_own_device_and_is_valid_on_the_wire(device: str, kind: str) -> None:
    """Every other device of the ward says the same bytes, during it and after; and every byte is ours."""
    others, its = told(device, kind)
    # The whole body trembles, its pleth too; a cuff shuts the oximeter's arm.
    shaken = {(1, "oximeter")} if kind in {"shivering", "same-arm"} else set()
    plain = [x for x in untouched() if (x.bed, x.device) != (1, device)]
    pairs = zip(others, plain, strict=True)
    assert all(a == b or (b.bed, b.device) in shaken for a, b in pairs)
    assert (others, its) == told(device, kind)


@cache
def untouched() -> tuple[Emission, ...]:
    """Return what a ward without faults says."""
    return tuple(played(ward_of([CALM, ILL]), 11, waves=True))


def told(device: str, kind: str) -> tuple[list[Emission], list[Emission]]:
    """Return what the others and what the second bed's device says, which has a fault for a while."""
    one = ward_of([CALM, ILL])
    said = played(one, 2, waves=True)
    one.fault(1, device, kind, True)
    said += played(one, 6, waves=True)
    one.fault(1, device, kind, False)
    said += played(one, 3, waves=True)
    its = [e for e in said if (e.bed, e.device) == (1, device)]
    sort(its, device, 1)  # decodes all of it
    return [e for e in said if (e.bed, e.device) != (1, device)], its
