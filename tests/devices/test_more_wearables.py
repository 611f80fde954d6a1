"""The devices beside the usual five: what each says of a known body, by its lag, averages and error."""

import numpy as np
import pytest

from devices.person import Baseline, Person
from devices.signals.detect import PulseDetector
from devices.wearables.spot import predicted_fev1_l, predicted_pef_l_min
from tests.devices.ward_of import Heard, hear, played, sort, ward_of
from vitals.catalogue import VITAL_SIGNS, WAVEFORMS

pytestmark = pytest.mark.slow

CALM = Person(baseline=Baseline(hr=70, rr=14, spo2=97, sbp=120, dbp=70, temp=36.8, etco2=38, glucose=6.0))


def numbers(heard: Heard, metric: str) -> np.ndarray:
    """Return the values of a metric, which must all be there."""
    return np.array(heard.values(metric), float)


def wave(heard: Heard, key: str, of: list[str]) -> np.ndarray:
    """Return a wave's samples in its unit; ``of`` are the topics of the messages."""
    blocks = [w.d for w, topic in zip(heard.wave, of, strict=True) if topic.endswith(key)]
    return np.concatenate(blocks) * WAVEFORMS[key].scale


# --- bedside monitor -----------------------------------------------------------------------------


def test_a_monitor_reads_a_healthy_person_as_they_are() -> None:
    """Each metric within the accuracy the monitor states, over ten people, all valid."""
    one = ward_of([CALM] * 10, devices=("monitor",))
    said = played(one, 130)
    for metric, true, within in (
        ("hr", 70, 6), ("pr", 70, 6), ("rr", 14, 2.5), ("spo2", 97, 2.6), ("abp_sys", 120, 5),
        ("abp_dia", 70, 3), ("abp_map", 88.5, 4), ("temp_core", 36.8, 0.25),
    ):  # fmt: skip
        means = [numbers(sort(said, "monitor", bed), metric).mean() for bed in range(10)]
        assert np.all(np.abs(np.array(means) - true) < within), metric
    assert len(sort(said, "monitor").values("temp_core")) == 2


def test_an_arterial_line_shows_what_a_detector_finds_in_its_wave() -> None:
    """Systolic, diastolic and mean agree with our detector on the streamed wave, damped or not."""
    one = ward_of([CALM], devices=("monitor",))
    for damped in (False, True):
        one.fault(0, "monitor", "damped-line", damped)
        played(one, 12, waves=True)
        said = [e for e in played(one, 30, waves=True) if e.device == "monitor"]
        heard = sort(said, "monitor")
        samples = wave(heard, "abp", [e.out.topic for e in said if "/wave/" in e.out.topic])
        pulses = PulseDetector.of_pressure(WAVEFORMS["abp"].hz).feed(samples)[4:]
        found = {
            "abp_sys": np.mean([p.systolic for p in pulses]),
            "abp_dia": np.mean([p.diastolic for p in pulses]),
            "abp_map": np.mean([p.mean for p in pulses if p.mean is not None]),
        }
        for metric, value in found.items():
            assert numbers(heard, metric).mean() == pytest.approx(value, abs=3.0), (metric, damped)


def test_a_damped_line_loses_pulse_and_keeps_the_mean() -> None:
    """Systolic falls, diastolic rises, the mean stays within 2 mmHg."""
    clean, damped = ward_of([CALM], devices=("monitor",)), ward_of([CALM], devices=("monitor",))
    damped.fault(0, "monitor", "damped-line", True)
    a, b = hear(clean, 30, "monitor"), hear(damped, 30, "monitor")
    change = {k: numbers(b, k).mean() - numbers(a, k).mean() for k in ("abp_sys", "abp_dia", "abp_map")}
    assert change["abp_sys"] < -6
    assert change["abp_dia"] > 2
    assert abs(change["abp_map"]) < 2


def test_a_line_without_a_pulse_has_a_mean_and_no_systolic_pressure() -> None:
    """In fibrillation pressure runs off and the pulse is not there."""
    one = ward_of([CALM], devices=("monitor",))
    played(one, 10)
    one.rhythm(0, "vf")
    last = hear(one, 30, "monitor").num[-1].m
    assert (last["abp_sys"].q, last["abp_sys"].why) == ("Inv", "no-pulse")
    assert last["abp_map"].q == "Vld"
    assert (last["abp_map"].v or 0) < 40


def test_a_monitors_leads_and_clip_fail_apart() -> None:
    """A lead off leaves the saturation, a probe off the heart rate; each wave says what is wrong."""
    one = ward_of([CALM] * 2, devices=("monitor",))
    played(one, 20)
    one.fault(0, "monitor", "lead-off", True)
    one.fault(1, "monitor", "probe-off", True)
    said = played(one, 12)
    lead, probe = sort(said, "monitor", 0), sort(said, "monitor", 1)
    assert lead.reasons("hr") == {("Inv", "lead-off")}
    assert lead.reasons("spo2") == {("Vld", None)}
    assert probe.reasons("spo2") == {("Inv", "probe-off")}
    assert probe.reasons("hr") == {("Vld", None)}


def test_swapped_monitors_take_everything_along() -> None:
    """Heart rate, line and traces are the neighbour's."""
    ill = Person(baseline=Baseline(hr=120, rr=28, spo2=88, sbp=85, dbp=50, temp=39.2))
    one = ward_of([CALM, ill], devices=("monitor",))
    played(one, 5)
    one.swap("monitor", 0, 1)
    said = played(one, 60, waves=True)
    mine = sort(said, "monitor", 0)
    assert numbers(mine, "hr")[30:].mean() > 100
    assert numbers(mine, "abp_sys")[30:].mean() < 100
    assert numbers(mine, "spo2")[40:].mean() < 92


# --- wrist oximeter ------------------------------------------------------------------------------


def test_a_wrist_reads_saturation_less_exactly_and_later_than_a_finger() -> None:
    """Its spread over forty people is larger, A_rms at most 4 %; it says a number each four seconds."""
    one = ward_of([CALM] * 40, devices=("oximeter", "wrist-oximeter"))
    said = played(one, 80)
    finger, wrist = (
        np.array([numbers(sort(said, d, bed), "spo2") for bed in range(40)]) - 97
        for d in ("oximeter", "wrist-oximeter")
    )
    assert wrist.shape[1] == 20
    assert np.sqrt((finger**2).mean()) < np.sqrt((wrist**2).mean()) <= 4.0
    one.aim("spo2", np.full(40, 82.0))
    said = played(one, 100)

    def half_s(device: str, every_s: int) -> float:
        shown = np.mean([numbers(sort(said, device, bed), "spo2") for bed in range(40)], axis=0)
        return every_s * float(np.argmax(shown < 90))

    assert 4 <= half_s("wrist-oximeter", 4) - half_s("oximeter", 1) <= 25


# --- capnometer ----------------------------------------------------------------------------------


def test_a_capnometer_reads_breath_and_its_rate() -> None:
    """End-tidal CO2 within the accuracy of what is true, no CO2 breathed in, the rate within one."""
    one = ward_of([CALM] * 10, devices=("capnometer",))
    played(one, 30)
    said = played(one, 120)
    for bed in range(10):
        heard, true = sort(said, "capnometer", bed), one.truth(bed).m
        assert numbers(heard, "etco2").mean() == pytest.approx(true["etco2"], abs=3.0)
        assert numbers(heard, "rr_co2").mean() == pytest.approx(true["rr"], abs=1.5)
        assert numbers(heard, "fico2").max() <= 1


def test_breaths_that_stop_have_no_end_tidal_value() -> None:
    """After 20 s of apnoea the rate is 0 and end-tidal CO2 invalid; impedance is not asked."""
    one = ward_of([CALM], devices=("capnometer",))
    played(one, 30)
    one.breathing(0, "apnoea")
    last = hear(one, 45, "capnometer").num[-1].m
    assert last["rr_co2"].v == 0
    assert (last["etco2"].q, last["etco2"].why) == ("Inv", "no-breath")


def test_a_cannula_beside_the_nose_shows_a_flat_line() -> None:
    """No wave, no value, rate 0."""
    one = ward_of([CALM], devices=("capnometer",))
    played(one, 30)
    one.fault(0, "capnometer", "on-nobody", True)
    heard = hear(one, 40, "capnometer", waves=True)
    assert heard.num[-1].m["etco2"].v is None
    assert {s for w in heard.wave for s in w.d} == {0}


# --- glucose monitor -----------------------------------------------------------------------------


def test_a_glucose_monitor_follows_blood_eight_minutes_late() -> None:
    """Each five minutes; after a step it shows 63 % of it in about 8 min; errors are about 8 %."""
    one = ward_of([CALM] * 40, devices=("cgm",))
    first = played(one, 1200)
    before = np.array([numbers(sort(first, "cgm", bed), "cgm") for bed in range(40)])
    assert before.shape[1] == 4
    error = before / one.truth(0).m["glucose"] - 1.0
    assert 0.04 < error.std() < 0.12
    one.aim("glucose", np.full(40, 15.0))
    after = played(one, 1200)
    shown = np.mean([numbers(sort(after, "cgm", bed), "cgm") for bed in range(40)], axis=0)
    assert np.all(np.diff(shown) > 0)
    assert shown[0] < 7.5
    assert 9.5 < shown[1] < 12.0  # half past five minutes after it
    assert shown[-1] == pytest.approx(13.5, abs=1)


@pytest.mark.parametrize(("true", "said"), [(1.0, ("Uflw", "low")), (28.0, ("Oflw", "high"))])
def test_beyond_its_range_a_glucose_monitor_says_low_or_high_and_no_number(
    true: float, said: tuple[str, str]
) -> None:
    """LO and HI, as its display says."""
    one = ward_of([Person(baseline=Baseline(glucose=true))], devices=("cgm",))
    heard = hear(one, 70, "cgm")
    assert heard.reasons("cgm") == {said}
    assert heard.values("cgm") == [None]


# --- scale and spirometer ------------------------------------------------------------------------


def test_a_scale_is_used_once_a_day_and_shows_weight() -> None:
    """Within the first minutes, then again a day later; to 0.1 kg, within its accuracy."""
    people = [Person(weight_kg=w) for w in (48.0, 70.5, 121.3)]
    one = ward_of(people, devices=("scale",))
    said = played(one, 480)
    for bed, person in enumerate(people):
        (shown,) = sort(said, "scale", bed).values("weight")
        assert shown == pytest.approx(person.weight_kg, abs=0.45)
    one.measure(0, "scale")
    assert len(hear(one, 10, "scale").num) == 1


def test_fluid_shows_on_the_scale() -> None:
    """A litre and a half given in shows as weight."""
    one = ward_of([CALM], devices=("scale",))
    one.measure(0, "scale")
    before = hear(one, 8, "scale").values("weight")[0]
    one.affect(0, "blood", 300.0)
    played(one, 300)
    one.measure(0, "scale")
    after = hear(one, 8, "scale").values("weight")[0]
    assert before is not None
    assert after is not None
    assert 0.6 < after - before < 2.0


def test_peak_flow_is_predicted_from_age_sex_and_height() -> None:
    """Nunn and Gregg 1989 and the ECSC: a man of 30 and 175 cm, a woman of 30 and 162 cm."""
    man, woman = Person(age=30, sex="M", height_cm=175), Person(age=30, sex="F", height_cm=162)
    assert predicted_pef_l_min(man) == pytest.approx(633, abs=5)
    assert predicted_pef_l_min(woman) == pytest.approx(486, abs=5)
    assert predicted_fev1_l(man) == pytest.approx(4.17, abs=0.02)
    assert predicted_fev1_l(woman) == pytest.approx(3.05, abs=0.02)


def test_an_obstructed_airway_takes_its_share_of_the_peak_flow() -> None:
    """At an obstruction of 0.6 less than half is left of what the same person blew before."""
    one = ward_of([CALM] * 8, devices=("spirometer",))

    def blown() -> np.ndarray:
        for bed in range(8):
            one.measure(bed, "spirometer")
        said = played(one, 80)
        return np.array(
            [(sort(said, "spirometer", bed).values("pef") or [None])[0] for bed in range(8)], float
        )

    before = blown()
    for bed in range(8):
        one.affect(bed, "obstruction", 0.6)
    share = blown() / before
    assert np.nanmedian(share) == pytest.approx(0.4, abs=0.06)
    assert np.isfinite(before).sum() >= 6


def test_who_pants_cannot_blow() -> None:
    """A use fails, says so, and has no value."""
    one = ward_of([Person(baseline=Baseline(rr=44))], devices=("spirometer",))
    one.measure(0, "spirometer")
    assert hear(one, 80, "spirometer").reasons("pef") == {("Inv", "no-reading")}


# --- all -----------------------------------------------------------------------------------------

MORE = ("monitor", "wrist-oximeter", "capnometer", "cgm", "scale", "spirometer")


def test_the_same_seed_says_the_same_and_a_bed_changes_no_other() -> None:
    """Bytes of the first bed's devices are the same alone and among four, waves included."""
    alone = [e.out for e in played(ward_of([CALM], devices=MORE), 30, waves=True)]
    again = [e.out for e in played(ward_of([CALM], devices=MORE), 30, waves=True)]
    among = [e.out for e in played(ward_of([CALM] * 4, devices=MORE), 30, waves=True) if e.bed == 0]
    assert alone == again == among


def test_who_wears_more_changes_nothing_of_what_they_wore() -> None:
    """The usual five say the same bytes beside a capnometer and a glucose monitor."""
    usual = ("patch", "oximeter", "cuff", "thermometer", "band")
    plain = [e.out for e in played(ward_of([CALM], devices=usual), 70)]
    richer = ward_of([CALM], devices=(*usual, "capnometer", "cgm", "scale", "wrist-oximeter"))
    assert [e.out for e in played(richer, 70) if e.device in {*usual, "_chart"}] == plain


def test_every_value_is_as_fine_as_the_catalogue_says() -> None:
    """No device shows more decimals than its metric has."""
    one = ward_of([CALM], devices=MORE)
    said = played(one, 500)
    for device in MORE:
        heard = sort(said, device)
        assert heard.num, device
        for num in heard.num:
            for key, reading in num.m.items():
                if reading.v is not None:
                    assert reading.v == round(reading.v, VITAL_SIGNS[key].decimals)
                    assert reading.u == VITAL_SIGNS[key].unit
