"""Facts by which a rhythm is told from its neighbours, seen in its drawn waves alone."""

from collections.abc import Callable

import numpy as np

from devices.arrays import Floats
from tests.devices.judges import find_peaks
from tests.devices.strips import HZ, SECONDS, Strip

Fact = Callable[[Strip], bool | np.bool_]


NO_RATE = (0.0, 400.0)


def p_before(least_s: float, most_s: float, within: float = 1.0) -> Fact:
    """Return the fact that a P wave stands at one place before QRS, its top so far from R.

    So it does in ``within`` of beats; the others may be another's than the sinus node's.
    """

    def fact(s: Strip) -> bool:
        seen = s.pr_s[~np.isnan(s.pr_s)]
        if seen.size <= 0.75 * s.pr_s.size:
            return False
        away = np.abs(seen - np.median(seen))
        there = seen[away <= np.quantile(away, within)]
        return bool(least_s <= np.median(seen) <= most_s and np.std(there) < 0.02)

    return fact


def narrow(s: Strip) -> bool:
    """No complex is wide."""
    return float(np.mean(s.wide)) < 0.03


def all_wide(s: Strip) -> bool:
    """Nearly every complex is wide."""
    return float(np.mean(s.wide)) > 0.9


def no_upright_p(s: Strip) -> bool:
    """Nothing goes up before QRS."""
    return float(np.mean(~np.isnan(s.pr_s))) < 0.1


def regular(s: Strip) -> bool:
    """Intervals hardly vary."""
    return s.cv < 0.06


def steady(s: Strip) -> bool:
    """Intervals do not vary: nothing breathes on them."""
    return s.cv < 0.03


def irregular(s: Strip) -> bool:
    """Intervals vary by more than 15 %, one knowing nothing of the one before."""
    rr = s.rr - s.rr.mean()
    again = float((rr[1:] * rr[:-1]).mean() / (rr * rr).mean())
    return 0.15 < s.cv < 0.30 and abs(again) < 0.25


def no_p(s: Strip) -> bool:
    """Nothing stands before QRS."""
    return float(np.mean(~np.isnan(s.pr_s))) < 0.1 and abs(s.beat_at(-0.14)) < 0.05


def trembling(s: Strip) -> bool:
    """Lead V1 never rests between the beats."""
    return s.at_rest() > 0.015


def never_rests(s: Strip) -> bool:
    """So it is after nine beats of ten, where P waves that march through would leave more of them still."""
    return s.at_rest(0.1) > 0.02


def dissociated(s: Strip) -> bool:
    """P waves are there, at no fixed place: the mean beat has none, single ones stand anywhere."""
    seen = s.pr_s[~np.isnan(s.pr_s)]
    return abs(s.p_wave[0]) < 0.04 and seen.size > 5 and float(np.std(seen)) > 0.035


def saw(s: Strip) -> bool:
    """See whether a wave goes down before each complex, where a P wave would go up."""
    return s.beat_at(-0.15) < s.beat_at(-0.23) - 0.08


def pulses(low: float, high: float) -> Fact:
    """Return the fact that the finger feels so many pulses a minute."""
    return lambda s: low <= s.pulses <= high


def fewer_pulses(least: float) -> Fact:
    """Return the fact that so many beats a minute do not reach the finger."""
    return lambda s: s.rate - s.pulses >= least


def early_wide(share: tuple[float, float]) -> Fact:
    """Return the fact that this share of complexes comes early and wide, and is made up for."""

    def fact(s: Strip) -> bool:
        return (
            0.0 < share[0] <= s.early.size / s.complexes.size <= share[1]
            and float(np.mean(s.wide[s.early])) > 0.9
            and abs(float(np.median(s.pairs)) - 2.0) < 0.25
        )

    return fact


def runs(least: int, most: int) -> Fact:
    """Return the fact that wide complexes come in rows of this length."""
    return lambda s: bool(s.runs) and all(least <= n <= most for n in s.runs)


def chaos(least_mv: float, most_mv: float) -> Fact:
    """Return the fact that lead II moves so much between 3 and 9 Hz (root mean square)."""
    return lambda s: least_mv <= s.power(3, 9) <= most_mv


def spiked(per_minute: float, within: float = 3.0) -> Fact:
    """Return the fact that so many spikes come each minute."""
    return lambda s: abs(s.spikes.size * 60.0 / SECONDS - per_minute) <= within


def both(first: Fact, second: Fact) -> Fact:
    """Return the fact that both hold."""
    return lambda s: first(s) and second(s)


def deep_in_v1(s: Strip) -> bool:
    """See whether V1 goes down and does not come up at its end."""
    return s.extreme("ecg_v1") < -0.5 and s.beat_at(0.05, "ecg_v1") < 0.3


def several_foci(s: Strip) -> bool:
    """See whether wide complexes go up and down in lead II."""
    return 0.0 < float(np.mean(s.heights()[s.wide] < 0)) < 1.0


def unpaced(s: Strip) -> bool:
    """There are no spikes."""
    return s.spikes.size < 3


def paced(s: Strip) -> bool:
    """See whether a spike comes just before nearly each complex."""
    if not s.spikes.size:
        return False
    gaps = [float(np.min(np.where(t > s.spikes, t - s.spikes, 9.0))) for t in s.complexes[1:-1]]
    return float(np.mean(np.array(gaps) < 0.16)) > 0.9


def _spike_before(s: Strip) -> Floats:
    """Return how long before each complex the last spike came, s."""
    return np.array([float(np.min(np.where(t > s.spikes, t - s.spikes, 9.0))) for t in s.complexes])


def paced_where_wide(s: Strip) -> bool:
    """Wide complexes have a spike before them, narrow ones none, and there are many of both."""
    just, wide = _spike_before(s)[1:-1] < 0.16, s.wide[1:-1]
    return bool(0.1 < np.mean(wide) < 0.8 and np.mean(just == wide) > 0.95)


def watched(s: Strip) -> bool:
    """No spike but where nothing beat for a second; what comes sooner is irregular and narrow."""
    just = _spike_before(s)[1:] < 0.16
    return bool(
        s.spikes.size > 5
        and s.rr[just].min() > 0.95
        and s.rr[~just].max() < 1.1
        and float(np.std(s.rr[~just]) / np.mean(s.rr[~just])) > 0.1
    )


def slowly_growing(s: Strip) -> bool:
    """PR grows from beat to beat, and begins anew after the pause."""
    longer = np.diff(s.pr_s)
    after_pause = (s.rr > 1.25 * np.median(s.rr))[2:-2]
    usual, anew = longer[~after_pause], longer[after_pause]
    return float(np.nanmean(usual > 0.0)) > 0.9 and float(np.nanmean(anew < 0.0)) > 0.9


def dropped(s: Strip) -> bool:
    """See whether the long intervals are two of the short ones."""
    short = float(np.median(s.rr[s.rr < 1.5 * s.rr.min()]))
    long = s.rr[s.rr > 1.5 * short]
    return long.size > 5 and abs(float(np.median(long)) / short - 2.0) < 0.1


FACTS: dict[str, tuple[tuple[float, float], Fact, Fact]] = {
    "sinus": ((68, 82), p_before(0.11, 0.20), lambda s: narrow(s) and 0.02 < s.cv < 0.06),
    "sinus-bradycardia": ((30, 50), p_before(0.11, 0.22), lambda s: s.beat_at(0.09) > 0.05),
    "sinus-tachycardia": ((101, 180), p_before(0.08, 0.16), lambda s: narrow(s) and regular(s)),
    "sinus-arrhythmia": (
        (60, 80),
        p_before(0.11, 0.20),
        both(narrow, lambda s: s.cv > 0.05 and s.rr.max() < 1.6 * s.rr.min()),
    ),
    "sinus-arrest": (
        (30, 62),
        p_before(0.11, 0.20, 0.9),
        both(unpaced, lambda s: s.rr.max() > 2.2 * np.median(s.rr)),
    ),
    "pac": (
        (68, 85),
        p_before(0.11, 0.22),
        both(narrow, lambda s: s.early.size > 5 and np.median(s.pairs) < 1.88),
    ),
    "wpw": ((68, 82), lambda s: s.beat_at(-0.05) > 0.15, lambda s: 90 < s.width_ms < 125),
    "lbbb": ((68, 82), both(all_wide, unpaced), both(deep_in_v1, lambda s: s.extreme("ecg_v6") > 0.5)),
    "rbbb": (
        (68, 82),
        both(all_wide, lambda s: s.width_ms > 126),
        lambda s: s.beat_at(0.05, "ecg_v1") > 0.3 > -0.1 > s.beat_at(0.05, "ecg_i"),
    ),
    "af": ((82, 100), irregular, lambda s: no_p_at_one_place(s) and trembling(s) and not sagging(s)),
    "af-controlled": ((60, 99), irregular, lambda s: trembling(s) and sagging(s)),
    "af-rapid": ((110, 180), irregular, lambda s: fewer_pulses(5)(s) and aberrant(s)),
    "flutter": ((143, 157), saw, steady),
    "flutter-4-1": ((60, 85), saw, lambda s: steady(s) and trembling(s)),
    "flutter-variable": ((75, 113), saw, lambda s: multiples(s) and s.cv > 0.15),
    "svt": ((150, 220), lambda s: steady(s) and not saw(s), narrow),
    "junctional": ((35, 60), no_p, lambda s: s.beat_at(0.105) < -0.06),
    "accelerated-junctional": ((61, 110), lambda s: s.beat_at(-0.105) < -0.06, both(narrow, no_upright_p)),
    "first-degree": ((68, 85), p_before(0.24, 0.33), lambda s: regular(s) and not saw(s)),
    "wenckebach": ((35, 80), slowly_growing, narrow),
    "mobitz-ii": ((30, 65), dropped, lambda s: all_wide(s) and p_before(0.11, 0.22)(s)),
    "two-to-one": (
        (30, 50),
        lambda s: s.p_rate > 1.7 * s.rate,
        both(regular, p_before(0.11, 0.24)),
    ),
    "third-degree": ((35, 45), dissociated, lambda s: narrow(s) and steady(s) and not trembling(s)),
    "third-degree-wide": ((20, 40), dissociated, lambda s: all_wide(s) and unpaced(s)),
    "pvc": ((60, 82), early_wide((0.04, 0.25)), lambda s: bool(np.all(s.heights()[s.wide] > 0))),
    "pvc-multifocal": (
        (60, 85),
        early_wide((0.06, 0.32)),
        several_foci,
    ),
    "bigeminy": ((68, 82), runs(1, 1), early_wide((0.42, 0.52))),
    "trigeminy": ((68, 84), runs(1, 1), early_wide((0.28, 0.36))),
    "couplets": ((70, 100), runs(2, 2), fewer_pulses(5)),
    "nsvt": ((65, 110), runs(3, 12), fewer_pulses(5)),
    "idioventricular": ((20, 40), all_wide, lambda s: no_p(s) and s.p_rate < 20),
    "accelerated-idioventricular": (
        (50, 110),
        lambda s: 0.5 < np.mean(s.wide) < 0.97,
        lambda s: s.p_rate > 40 and regular(s),
    ),
    "vt": (
        (130, 200),
        both(all_wide, steady),
        lambda s: s.beat_at(0, "ecg_v1") > 0.3 and s.pulses > 100,
    ),
    "pulseless-vt": ((170, 260), both(all_wide, steady), pulses(0, 2)),
    "polymorphic-vt": ((185, 260), all_wide, lambda s: swings(s) < 0.1 and s.cv < 0.2),
    "torsades": ((185, 260), all_wide, lambda s: swings(s) > 0.5 and 0.3 < np.mean(s.heights() > 0) < 0.7),
    "vf": (NO_RATE, chaos(0.15, 0.36), lambda s: pulses(0, 2)(s) and s.cv > 0.2),
    "vf-coarse": (NO_RATE, chaos(0.36, 0.8), lambda s: pulses(0, 2)(s) and s.cv > 0.2),
    "vf-fine": (NO_RATE, chaos(0.03, 0.12), lambda s: pulses(0, 2)(s) and s.cv > 0.15),
    "asystole": (NO_RATE, chaos(0.0, 0.005), lambda s: np.ptp(s.ii) < 0.2),
    "standstill": (NO_RATE, chaos(0.006, 0.04), lambda s: abs(bumps(s, 0.05) - 70) < 4),
    "agonal": (NO_RATE, lambda s: 8 <= bumps(s, 0.15) <= 20, pulses(0, 2)),
    "pea": ((68, 82), p_before(0.11, 0.20), pulses(0, 2)),
    "cpr": (NO_RATE, lambda s: abs(beat_hz(s) - 110 / 60) < 0.1, pulses(95, 125)),
    "paced-atrial": ((60, 90), lambda s: spiked(75)(s) and narrow(s), lambda s: not paced(s)),
    "paced-ventricular": ((40, 120), spiked(75), lambda s: paced(s) and all_wide(s) and not trembling(s)),
    "paced-dual": ((60, 110), spiked(150), paced),
    "paced-tracking": (
        (60, 130),
        both(spiked(80, 4.0), paced),
        both(all_wide, p_before(0.16, 0.24)),
    ),
    "af-paced": ((60, 90), paced_where_wide, lambda s: watched(s) and trembling(s) and no_p_at_one_place(s)),
    "failure-to-capture": ((25, 60), spiked(70), lambda s: s.pulses < 60 and not never_rests(s)),
    "failure-to-sense": (NO_RATE, spiked(67), lambda s: not paced(s) and 0.1 < np.mean(s.wide) < 0.7),
    "af-block": (
        (30, 50),
        lambda s: steady(s) and narrow(s),
        lambda s: no_p_at_one_place(s) and trembling(s),
    ),
    "paced-fibrillating": ((40, 120), spiked(75), lambda s: paced(s) and all_wide(s) and trembling(s)),
    "af-uncaptured": ((25, 60), spiked(70), lambda s: s.pulses < 60 and never_rests(s)),
}


def no_p_at_one_place(s: Strip) -> bool:
    """See that the mean beat has nothing before QRS."""
    return abs(s.p_wave[0]) < 0.05


def sagging(s: Strip) -> bool:
    """See whether ST sinks below the level before QRS and comes back with T: digitalis."""
    return s.beat_at(0.13) < -0.06


def aberrant(s: Strip) -> bool:
    """See a few wide beats, each early after a long interval (Ashman's)."""
    at = np.nonzero(s.wide[2:])[0] + 2
    after = s.rr[at - 2] > s.rr[at - 1]
    return 2 <= at.size < 0.15 * s.complexes.size and float(np.mean(after)) > 0.7


def multiples(s: Strip) -> bool:
    """Intervals are 2, 3 or 4 of one short time."""
    unit = float(np.median(s.rr[s.rr < 1.2 * s.rr.min()])) / 2.0
    counted = s.rr / unit
    return float(np.mean(np.abs(counted - np.round(counted)) < 0.12)) > 0.9


def swings(s: Strip) -> float:
    """Return how much the direction of a complex is that of the one before."""
    high = s.heights()
    return float(np.corrcoef(high[1:], high[:-1])[0, 1])


def bumps(s: Strip, least_mv: float) -> float:
    """Return how often a minute lead II rises by so much."""
    x = np.convolve(s.ii, np.ones(10) / 10, "same")
    return float(find_peaks(x, prominence=least_mv, distance=round(0.3 * HZ))[0].size * 60.0 / SECONDS)


def beat_hz(s: Strip) -> float:
    """Return the strongest frequency of lead II above 1 Hz."""
    spectrum = np.abs(np.fft.rfft(s.ii))
    hz = np.fft.rfftfreq(s.ii.size, 1 / HZ)
    return float(hz[1:][np.argmax(np.where(hz[1:] > 1.0, spectrum[1:], 0.0))])


def holds(fact: Fact, s: Strip) -> bool:
    """See whether ``fact`` holds; where there is nothing to measure, it does not."""
    try:
        return bool(fact(s))
    except (IndexError, ValueError):
        return False
