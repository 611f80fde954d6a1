"""Where a pulse oximeter errs as real ones do: a cuff on its arm, far below 80 %, skin, light, shivering."""

import numpy as np
import pytest

from devices.person import Baseline, Person
from devices.ward import Ward
from tests.devices.ward_of import Heard, played, sort, ward_of

CALM = Person(baseline=Baseline(hr=60, rr=12, spo2=98, sbp=120, dbp=70, temp=36.8))


def ward(*people: Person, devices: tuple[str, ...] = ("patch", "oximeter", "cuff")) -> Ward:
    """Return a ward whose cuffs have measured for the first time."""
    one = ward_of(list(people), devices=devices)
    played(one, 60)
    return one


# --- a cuff on its arm ---------------------------------------------------------------------------


def measured(one: Ward, device: str) -> tuple[Heard, Heard]:
    """Let every cuff measure; return what is said of the first bed's pulse by oximeter and cuff."""
    for bed in range(len(one.beds)):
        one.measure(bed)
    said = played(one, 90, waves=True)
    return sort(said, device), sort(said, "cuff")


@pytest.mark.parametrize("device", ["oximeter", "monitor"])
def test_a_cuff_on_the_arm_takes_the_pulse_while_it_measures(device: str) -> None:
    """Flat for as long as it measures, and no number; 30 to 45 s until it is back (reference 3.4)."""
    one = ward(CALM, devices=(device, "cuff"))
    one.fault(0, "cuff", "same-arm", True)
    heard, cuff = measured(one, device)
    pulse = np.concatenate([w.d for w in heard.wave if (w.u, w.hz) == ("1", 125)]).reshape(90, 125)
    flat = np.ptp(pulse, axis=1) < 0.2 * np.ptp(pulse[:3])
    assert 20 <= flat.sum() <= 38
    took_s = (cuff.num[0].t or 0) / 1000 - (heard.num[0].t or 0) / 1000
    numbers = heard.values("spo2")
    gone = [k for k, v in enumerate(numbers) if v is None]
    assert gone == list(range(gone[0], gone[-1] + 1))
    assert 10 <= gone[0] <= 16
    assert 30 <= gone[-1] + 1 - 3 <= 47
    assert took_s < gone[-1] + 1 <= took_s + 12
    assert heard.reasons("spo2") == {("Vld", None), ("Inv", "no-pulse"), ("Inv", "low-perfusion")}
    assert [k for k, v in enumerate(heard.values("pr")) if v is None][-1] == gone[-1]
    assert cuff.reasons("nibp_sys") == {("Vld", None)}


def test_a_cuff_on_the_other_arm_takes_nothing() -> None:
    """Without the fault a measurement leaves oximeter and pulse wave as they were, to the byte."""
    one, still = ward(CALM, CALM), ward(CALM, CALM)
    one.fault(1, "cuff", "same-arm", True)
    assert measured(one, "oximeter")[0] == sort(played(still, 90, waves=True), "oximeter")


def test_a_swapped_cuff_squeezes_whom_it_sits_on() -> None:
    """The neighbour's pulse is gone, whose arm the cuff is on."""
    one = ward(CALM, CALM)
    one.swap("cuff", 0, 1)
    one.fault(1, "cuff", "same-arm", True)
    assert None in measured(one, "oximeter")[0].values("spo2")
