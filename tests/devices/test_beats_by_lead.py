"""Each kind of beat looks in each lead as textbooks draw it: what a cardiologist would see at a glance."""

import numpy as np
import pytest

from devices.arrays import Floats
from devices.signals import conditions, dipole
from devices.signals import kinds as k
from devices.signals.conditions import Condition
from devices.signals.dipole import LOOPS, WAVES, Bumps, Look
from devices.signals.leads import LEADS, VECTORS
from devices.signals.rhythms import conduction
from tests.devices.signals_of import engine, with_rates
from tests.devices.test_leads import BEDS, beating

TIMES_S = np.arange(-0.24, 0.6, 0.002)
AXES = np.radians([-28.0, -17.0, -6.0, 5.0, 16.0])
"""From the most leftward heart to the most upright that ``dipole.draw`` draws."""
VENTRICULAR = (
    k.WIDE, k.WIDE_LEFT, k.WIDE_BASE, k.VT, k.VT_FAST, k.SLOW, k.ACCELERATED, k.PACED,
)  # fmt: skip


def seen(bumps: Bumps, times_s: Floats = TIMES_S) -> dict[str, Floats]:
    """Return what each of twelve leads sees of ``bumps``, mV."""
    moved = dipole.trace(bumps, times_s)
    out = {lead: along @ moved for lead, along in VECTORS.items()}
    one, two = out["ecg_i"], out["ecg_ii"]
    return out | {
        "ecg_iii": two - one,
        "ecg_avr": -0.5 * (one + two),
        "ecg_avl": one - 0.5 * two,
        "ecg_avf": two - 0.5 * one,
    }


@pytest.mark.parametrize("kind", VENTRICULAR)
def test_a_ventricular_beat_is_level_in_no_lead(kind: int) -> None:
    """A ventricle's loop is no line: a lead across its longest axis shows rS or qR, of 1 mm at least."""
    for turn in AXES:
        for height in (0.75, 1.0, 1.5):
            beat = conditions.beat(kind, Look(r=height, turn=float(turn)), Condition())
            leads = seen(beat.qrs)
            assert {lead: np.ptp(leads[lead]) for lead in LEADS if np.ptp(leads[lead]) < 0.1} == {}


@pytest.mark.parametrize(
    ("kind", "down", "up"),
    [
        (
            k.WIDE,
            ("v1", "v2", "avr", "avl"),
            ("ii", "iii", "avf", "v5", "v6"),
        ),  # right outflow: left block
        (k.VT, ("i", "avl", "v6"), ("ii", "iii", "avf", "v1", "v2")),  # left base: as right block
        (k.SLOW, ("ii", "iii", "avf"), ("v1", "v2", "v3", "avl")),  # left, below: as right block
        (k.PACED, ("ii", "iii", "avf", "v1", "v2", "v3"), ("i", "avl", "v6")),  # right apex: as left block
    ],
)
def test_a_focus_is_found_by_its_leads(kind: int, down: tuple[str, ...], up: tuple[str, ...]) -> None:
    """What goes away from a focus goes up in the leads on the other side; T goes against QRS."""
    leads, t = seen(LOOPS[kind].qrs), seen(LOOPS[kind].t)
    for lead in up + down:
        qrs = leads[f"ecg_{lead}"]
        most = float(qrs[np.argmax(np.abs(qrs))])
        assert (most > 0) == (lead in up), lead
        assert most * t[f"ecg_{lead}"].sum() < 0, lead


def test_an_extrasystole_is_as_bizarre_in_v1_as_in_ii() -> None:
    """From the right outflow tract V1 and V2 are deep and V3 has r and S."""
    leads = seen(LOOPS[k.WIDE].qrs)
    assert leads["ecg_v1"].min() < -0.8
    assert leads["ecg_v2"].min() < -0.8
    assert leads["ecg_v3"].min() < -0.5 < 0.1 < leads["ecg_v3"].max()


def lasts_ms(bumps: Bumps) -> float:
    """Return how long the vector moves faster than a seventh of its greatest speed, ms."""
    speed = np.linalg.norm(np.gradient(dipole.trace(bumps, TIMES_S), axis=1), axis=0)
    return float(np.ptp(TIMES_S[speed > speed.max() / 7.0]) * 1000.0)


def test_an_escape_lasts_as_long_as_a_ventricles_beat() -> None:
    """QRS of an escape from the ventricles is 120 to 200 ms: broader ones are of potassium or of dying."""
    assert 120 < lasts_ms(LOOPS[k.SLOW].qrs) < 200
    assert lasts_ms(LOOPS[k.SINUS].qrs) < 100
    assert lasts_ms(LOOPS[k.AGONAL].qrs) > 300


def test_the_sinus_nodes_p_is_upright_in_i_and_ii_and_both_ways_in_v1() -> None:
    """Axis 0 to 75°, highest in II of the limb leads; in V1 first up, then down; in aVR down."""
    for turn in AXES:
        leads = seen(conditions.beat(k.SINUS, Look(turn=float(turn)), Condition()).p)
        one, foot = leads["ecg_i"].max(), leads["ecg_avf"].max()
        assert one > 0.02
        assert leads["ecg_avr"].max() < 0.01
        assert np.degrees(np.arctan2(foot * 2 / 3**0.5, one)) < 75
    leads = seen(LOOPS[k.SINUS].p)
    assert 0.035 < leads["ecg_i"].max() < leads["ecg_ii"].max() < 0.2
    assert leads["ecg_ii"].max() > leads["ecg_iii"].max()
    first, then = np.argmax(leads["ecg_v1"]), np.argmin(leads["ecg_v1"])
    assert first < then
    assert leads["ecg_v1"][first] > 0.02
    assert leads["ecg_v1"][then] < -0.02


@pytest.mark.parametrize(
    "waves", [LOOPS[k.RETROGRADE].t[:1], LOOPS[k.HIGH_RETROGRADE].p, WAVES[k.P_RETROGRADE]]
)
def test_atria_excited_from_the_junction_go_down_in_ii_and_up_in_v1(waves: Bumps) -> None:
    """From below and behind: II, III and aVF down, aVR and V1 up."""
    leads = seen(waves)
    assert leads["ecg_ii"].min() < -0.08
    assert leads["ecg_avf"].min() < -0.08
    assert leads["ecg_avr"].max() > 0.04
    assert leads["ecg_v1"].max() > 0.02


def test_flutter_is_a_saw_below_and_single_waves_in_v1() -> None:
    """At 300 /min II falls slowly and rises in less than half of that time; V1 goes up, as high as V2."""
    times = np.arange(-0.1, 0.1, 0.002)
    turns = [seen(WAVES[k.F_WAVE], times + 0.2 * n) for n in range(-2, 3)]
    leads = {lead: np.sum([turn[lead] for turn in turns], axis=0) for lead in LEADS}
    for lead in ("ecg_ii", "ecg_iii", "ecg_avf"):
        x = leads[lead]
        assert np.ptp(x) > 0.2
        falls = np.count_nonzero(np.diff(np.append(x, x[0])) < 0) / x.size
        assert falls > 0.68, lead
    v1 = leads["ecg_v1"]
    assert v1.max() - np.median(v1) > 1.5 * (np.median(v1) - v1.min())
    assert np.ptp(v1) > np.ptp(leads["ecg_v2"])
    assert np.ptp(v1) > 0.12
    assert np.ptp(leads["ecg_i"]) < 0.6 * np.ptp(leads["ecg_ii"])


def test_fibrillating_atria_are_seen_best_in_v1() -> None:
    """Between the beats of a complete block V1 moves most of all leads: the right atrium lies beneath."""
    one = beating("af-block")
    drawn = one.draw(8, LEADS)
    moves: dict[str, list[float]] = {lead: [] for lead in LEADS}
    for bed in range(drawn["ecg_i"].shape[0]):
        times = one.trains.beats.times[:, bed] - (one.now_s - 8)
        for t in (t for t in times if 0.0 < t < 6.0):
            a, b = round((t + 0.62) * 250), round((t + 1.15) * 250)
            for lead in LEADS:
                part = drawn[lead][bed, a:b].astype(float) * 0.005
                moves[lead].append(float(np.std(part - np.linspace(part[0], part[-1], part.size))))
    typical = {lead: float(np.median(found)) for lead, found in moves.items()}
    assert max(typical, key=lambda lead: typical[lead]) == "ecg_v1", typical
    assert typical["ecg_v1"] > 0.03


def test_a_delta_wave_is_slurred_into_r() -> None:
    """From its foot to R lead II rises all the time, first slowly: no step, no wave of its own."""
    qrs = seen(LOOPS[k.WPW].qrs)["ecg_ii"]
    top = int(np.argmax(qrs))
    rising = qrs[np.nonzero(TIMES_S > -0.056)[0][0] : top - 2]
    steps = np.diff(rising) / 0.002
    assert steps.min() > 5.0
    assert np.median(steps[: steps.size // 2]) < 0.4 * steps.max()


def test_left_bundle_branch_block_is_deep_from_v1_to_v3_and_notched_to_the_left() -> None:
    """V1 falls to one lowest point, V3 is no less than half as deep, I and V6 have two tops and no q."""

    def turns(x: Floats) -> int:
        return int(np.count_nonzero(np.diff(np.sign(np.diff(x[np.abs(x) > 0.3 * np.abs(x).max()])))))

    leads = seen(LOOPS[k.LBBB].qrs)
    assert turns(leads["ecg_v1"]) == 1
    assert turns(leads["ecg_i"]) == turns(leads["ecg_v6"]) == 3
    assert leads["ecg_v3"].min() < 0.5 * leads["ecg_v1"].min() < -0.6
    assert min(leads["ecg_i"].min(), leads["ecg_v6"].min()) > -0.02


@pytest.mark.parametrize(
    ("rhythm", "own", "fused", "least", "most"),
    [
        ("accelerated-idioventricular", k.ACCELERATED, k.FUSION, 0.02, 0.4),
        ("vt", k.VT, k.VT_FUSION, 0.002, 0.04),
    ],
)
def test_sinus_beats_meet_a_focus_in_the_ventricles_half_way(
    rhythm: str, own: int, fused: int, least: float, most: float
) -> None:
    """Fusions, in shape between both, with a conducted beat's P wave; those of a tachycardia are rare."""
    one = engine([with_rates(78, 14, i) for i in range(BEDS)])
    one.body.aim("hr", np.full(BEDS, 78.0 if own == k.ACCELERATED else 150.0))
    for bed in range(BEDS):
        one.trains.beat_in(bed, rhythm)
    kinds: list[int] = []
    late: list[float] = []
    for second in range(120):
        one.advance(12.0)
        window = one.trains.beats.since(one.now_s - 1.0)
        times, kind = window.times, window.value("kind")
        new = (times > one.now_s - 1.0) & (times <= one.now_s) & (second >= 10)
        kinds += kind[new].astype(int).tolist()
        for at, bed in np.argwhere(new & (kind == fused)).tolist():
            waves = one.trains.beating.atria.times(bed)
            late.append(min(abs(times[at, bed] - p - conduction.PR_S) for p in waves))
    shares = {kind: kinds.count(kind) / len(kinds) for kind in (own, k.NARROW, fused)}
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares[own] > 0.5
    assert least < shares[fused] < most, shares
    assert (shares[k.NARROW] > 0.02) == (own == k.ACCELERATED)  # captures need time
    assert max(late) < 0.001
    both = (seen(LOOPS[kind].qrs)["ecg_v2"] for kind in (k.NARROW, own))
    assert np.allclose(seen(LOOPS[fused].qrs)["ecg_v2"], sum(both) / 2.0)


def test_right_bundle_branch_block_is_rsr_in_v1_with_its_second_r_the_highest() -> None:
    """In V1 r, a smaller s than a healthy heart's, and R′ above r; a broad S in I and V6."""
    leads, healthy = seen(LOOPS[k.RBBB].qrs), seen(LOOPS[k.SINUS].qrs)
    v1 = leads["ecg_v1"]
    s = int(np.argmin(v1))
    assert v1[:s].max() > 0.1
    assert v1[s:].max() > 2.0 * v1[:s].max()
    assert 0.75 * healthy["ecg_v1"].min() < v1.min() < -0.3
    for lead in ("ecg_i", "ecg_v6"):
        late = leads[lead][TIMES_S > 0.03]
        assert np.count_nonzero(late < -0.1) * 0.002 > 0.04
