"""Twelve leads are one heart seen from twelve sides, and illness bends them where it sits."""

from collections.abc import Callable

import numpy as np
import pytest

from devices.arrays import Floats
from devices.engine import Engine
from devices.physiology.body import Body
from devices.signals import conditions, ecg, kinds
from devices.signals.conditions import NO_INFARCTS, TERRITORIES, Condition
from devices.signals.dipole import Look
from devices.signals.leads import LEADS
from tests.devices.signals_of import engine, with_rates

BEDS = 6
AB = ("v5", "avr")


def beating(rhythm: str = "sinus", seconds: int = 12, beds: int = BEDS) -> Engine:
    """Return an engine of beds in a rhythm."""
    one = engine([with_rates(64, 14, i) for i in range(beds)])
    for bed in range(beds):
        one.beat_in(bed, rhythm)
    for _ in range(seconds):
        one.advance(12.0)
    return one


def mean_beats(one: Engine) -> dict[str, Floats]:
    """Return each lead's median beat ``[beds, 250]``, mV, R at 0.4 s, level before QRS 0."""
    drawn = {k: v.astype(float) * 0.005 for k, v in one.draw(8, LEADS).items() if k in LEADS}
    out: dict[str, list[Floats]] = {lead: [] for lead in LEADS}
    for bed in range(one.body.now["hr"].size):
        times = one.trains.beats.times[:, bed] - (one.now_s - 8)
        at = [round(t * 250) for t in times if 0.5 < t < 7.3]
        for lead in LEADS:
            beat = np.median([drawn[lead][bed, i - 100 : i + 150] for i in at], axis=0)
            out[lead].append(beat - beat[84:88].mean())
    return {lead: np.array(beats) for lead, beats in out.items()}


def level(beats: dict[str, Floats], lead: str, seconds: float) -> float:
    """Return the median person's level in a lead, so long after R."""
    return float(np.median(beats[lead][:, 100 + round(250 * seconds)]))


@pytest.mark.parametrize("rhythm", ["sinus", "af", "vt", "vf", "paced-dual", "flutter", "third-degree"])
def test_limb_leads_are_einthovens_and_goldbergers(rhythm: str) -> None:
    """I + III = II; aVR, aVL and aVF are half sums: in every rhythm, noise and artefact included."""
    one = beating(rhythm, 5)
    one.patch.fault(0, "motion", on=True, parameters={})
    one.advance(12.0)
    d = {k: v.astype(int) for k, v in one.draw(1, LEADS).items()}
    assert np.array_equal(d["ecg_i"] + d["ecg_iii"], d["ecg_ii"])
    assert np.max(np.abs(2 * d["ecg_avr"] + d["ecg_i"] + d["ecg_ii"])) <= 1
    assert np.max(np.abs(2 * d["ecg_avl"] - d["ecg_i"] + d["ecg_iii"])) <= 2
    assert np.max(np.abs(2 * d["ecg_avf"] - d["ecg_ii"] - d["ecg_iii"])) <= 2


def test_a_lead_is_the_same_whatever_else_is_drawn() -> None:
    """Lead II alone, and beside eleven others."""
    one = beating("sinus", 3)
    assert np.array_equal(one.draw(3)["ecg_ii"], one.draw(3, LEADS)["ecg_ii"])


def test_tables_made_anew_draw_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beats that no longer fit into memory are made again, to the last bit."""
    one = beating("nsvt", 8)
    before = one.draw(8, LEADS)
    monkeypatch.setattr(ecg, "MOST_TABLES", 1)
    one.trains.beat_in(0, "vt")
    for _ in range(9):
        one.advance(12.0)
    one.draw(1)
    remade = Engine.draw(beating("nsvt", 8), 8, LEADS)
    assert all(np.array_equal(before[lead], remade[lead]) for lead in LEADS)


def test_a_healthy_heart_has_the_textbooks_leads() -> None:
    """R grows to V5 and S shrinks, aVR goes down, septal q in V6, P up in II, T up but in aVR."""
    beats = mean_beats(beating())
    r = [float(np.median(beats[f"ecg_v{i}"].max(axis=1))) for i in range(1, 6)]
    s = [float(np.median(beats[f"ecg_v{i}"][:, 85:115].min(axis=1))) for i in range(2, 7)]
    assert r == sorted(r)
    assert s == sorted(s)
    assert level(beats, "ecg_avr", 0.0) < -0.4
    assert level(beats, "ecg_v1", 0.01) < -0.4
    assert level(beats, "ecg_ii", -0.145) > 0.05
    t = {lead: level(beats, lead, 0.25) for lead in LEADS}
    assert t["ecg_avr"] < 0
    assert all(t[lead] > 0 for lead in ("ecg_i", "ecg_ii", "ecg_v3", "ecg_v4", "ecg_v5", "ecg_v6"))
    axis = np.degrees(np.arctan2(beats["ecg_avf"][:, 100] * 2 / 3**0.5, beats["ecg_i"][:, 100]))
    assert np.all((axis > -30) & (axis < 95))
    assert np.ptp(axis) > 5


@pytest.mark.parametrize(
    ("territory", "up", "down"),
    [
        ("anterior", ("v1", "v2", "v3", "v4"), ("iii",)),
        ("inferior", ("ii", "iii", "avf"), ("avl", "i")),
        ("lateral", ("i", "avl", "v5", "v6"), ("iii", "v1")),
        ("posterior", (), ("v1", "v2", "v3")),
        ("subendocardial", ("avr",), ("i", "ii", "v4", "v5", "v6")),
        ("right-ventricular", ("ii", "iii", "avf", "v1"), ("i", "avl", "v5")),
        ("pericarditis", ("i", "ii", "iii", "avf", "v2", "v3", "v4", "v5", "v6"), ("avr",)),
    ],
)
def test_injury_raises_its_territory_and_lowers_what_lies_opposite(
    territory: str, up: tuple[str, ...], down: tuple[str, ...]
) -> None:
    """Against the same hearts without; the worst lead moves by what was asked for."""
    one = beating()
    before = mean_beats(one)
    for bed in range(BEDS):
        one.electric.st(bed, territory, 0.3)
    after = mean_beats(one)
    moved = {lead: level(after, lead, 0.11) - level(before, lead, 0.11) for lead in LEADS}
    assert all(moved[f"ecg_{lead}"] > 0.07 for lead in up)
    assert all(moved[f"ecg_{lead}"] < -0.02 for lead in down)
    assert max(abs(x) for x in moved.values()) == pytest.approx(0.3, abs=0.05)
    for bed in range(BEDS):
        one.electric.st(bed, territory, 0.0)
    assert all(np.array_equal(a, b) for a, b in zip(mean_beats(one).values(), before.values(), strict=True))


def moved_by(territory: str, mv: float) -> tuple[Engine, Callable[[str, float], float]]:
    """Return an engine bent in a territory, and how far (mV) a lead is moved so long after R."""
    one = beating()
    before = mean_beats(one)
    for bed in range(BEDS):
        one.electric.st(bed, territory, mv)
    after = mean_beats(one)
    return one, lambda lead, at: level(after, f"ecg_{lead}", at) - level(before, f"ecg_{lead}", at)


def test_the_right_ventricle_is_told_from_the_wall_below() -> None:
    """III is raised more than II, and V1 more than V2; of the wall below alone V1 is not raised."""
    _, right = moved_by("right-ventricular", 0.3)
    _, below = moved_by("inferior", 0.3)
    assert right("iii", 0.11) > 1.4 * right("ii", 0.11)
    assert right("v1", 0.11) > right("v2", 0.11) + 0.05
    assert below("v1", 0.11) < 0.05


def test_pericarditis_is_told_from_an_infarct() -> None:
    """No wall lies opposite, so aVL is not lowered. ST rises on its way to T; PR sags where ST is raised."""
    one, moved = moved_by("pericarditis", 0.3)
    assert moved("avl", 0.11) > -0.03
    assert moved("v5", 0.19) > moved("v5", 0.09) + 0.05
    beats = mean_beats(one)
    sag = {
        k: float(np.median(beats[f"ecg_{k}"][:, 80:86].min(axis=1) - beats[f"ecg_{k}"][:, 45])) for k in AB
    }
    assert sag["v5"] < -0.03
    assert sag["avr"] > -0.02


def test_brugadas_pattern_is_coved_and_of_the_right_chest() -> None:
    """In V1 and V2 at J 2 mm and more, falling from there, T turned over; nothing in V5."""
    one, moved = moved_by("brugada", 0.35)
    beats = mean_beats(one)
    for lead in ("v1", "v2"):
        assert moved(lead, 0.06) > 0.2
        assert moved(lead, 0.06) > moved(lead, 0.11) + 0.05 > 0.1
        assert level(beats, f"ecg_{lead}", 0.26) < -0.05
    assert moved("ii", 0.06) < 0.06
    assert moved("v5", 0.06) < 0.05


@pytest.mark.parametrize("territory", sorted(NO_INFARCTS))
def test_what_is_no_infarct_has_no_age(territory: str) -> None:
    """It has no hours to go through, and says so."""
    with pytest.raises(ValueError, match="no infarct"):
        beating("sinus", 1, 1).electric.st(0, territory, 0.2, age_h=1.0)


def test_an_unknown_territory_is_refused_by_name() -> None:
    """The error names those there are."""
    assert len(TERRITORIES) == 8
    with pytest.raises(ValueError, match="inferior"):
        beating("sinus", 1, 1).electric.st(0, "polar", 0.2)


def shapes_at(potassium: float) -> tuple[float, float, float]:
    """Return (T, P, width of QRS in ms) of the median person's lead II or V4."""
    one = beating()
    for bed in range(BEDS):
        one.electric.potassium(bed, potassium)
    beats = mean_beats(one)
    p = float(np.median(beats["ecg_ii"][:, 45:80].max(axis=1)))
    speed = np.abs(np.gradient(beats["ecg_v4"], axis=1))
    fast = speed > 0.08 * speed[:, 70:130].max(axis=1, keepdims=True)
    widths = [4 * float(np.ptp(np.nonzero(row[60:140])[0])) for row in fast]
    return float(np.median(beats["ecg_v4"][:, 145:].max(axis=1))), p, float(np.median(widths))


def test_potassium_peaks_t_then_takes_p_and_widens_qrs_and_flattens_t_when_low() -> None:
    """4.2, 6.5, 7.8 and 2.4 mmol/L (clinical reference 7.21)."""
    normal, peaked, wide, low = (shapes_at(k) for k in (4.2, 6.5, 7.8, 2.4))
    assert peaked[0] > 1.4 * normal[0]
    assert peaked[1] > 0.6 * normal[1]
    assert wide[1] < 0.4 * normal[1]
    assert wide[2] > 1.3 * normal[2]
    assert low[0] < 0.6 * normal[0]


def test_at_nine_qrs_and_t_are_one_sine_wave() -> None:
    """Of the power of lead II above 0.5 Hz nearly all lies below 4 Hz; at 7.5 most does not."""

    def slow_share(potassium: float) -> float:
        one = beating()
        for bed in range(BEDS):
            one.electric.potassium(bed, potassium)
        x = one.draw(8)["ecg_ii"].astype(float)
        power = np.abs(np.fft.rfft(x - x.mean(axis=1, keepdims=True))) ** 2
        hz = np.fft.rfftfreq(x.shape[1], 1 / 250)
        return float(np.median(power[:, (hz > 0.5) & (hz < 4)].sum(axis=1) / power[:, hz > 0.5].sum(axis=1)))

    assert slow_share(9.0) > 0.95
    assert slow_share(7.5) < 0.6


def test_a_slow_heart_has_a_u_wave_and_a_fast_one_has_none() -> None:
    """At 45 /min something small stands after T in V3; at 85 there is not even room."""
    slow, fast = (engine([with_rates(hr, 14, i) for i in range(BEDS)]) for hr in (45, 85))
    for one in (slow, fast):
        for _ in range(14):
            one.advance(12.0)
    beats = mean_beats(slow)["ecg_v3"]
    after_t = np.median(beats[:, 216:232].max(axis=1) - beats[:, 243:].mean(axis=1))
    assert 0.01 < after_t < 0.12
    u = [b for b in conditions.beat(kinds.SINUS, Look(), Condition(), 0.84).t if b.at_s > 0.35]
    assert u == []
    assert [b for b in conditions.beat(kinds.SINUS, Look(), Condition(), 1.15).t if b.at_s > 0.35]


def test_an_infarct_goes_through_its_hours() -> None:
    """Tall T, then ST, then Q, then T turned over, in V3; and at last the heart is told to be well."""
    one = beating()
    well = mean_beats(one)
    seen = {}
    for hours in (0.1, 1.5, 10.0, 48.0):
        for bed in range(BEDS):
            one.electric.st(bed, "anterior", 0.35, age_h=hours)
        seen[hours] = mean_beats(one)

    def at(hours: float, seconds: float) -> float:
        return level(seen[hours], "ecg_v3", seconds) - level(well, "ecg_v3", seconds)

    assert 0.35 < at(0.1, 0.24) > 1.5 * at(0.1, 0.10) > 0
    assert at(1.5, 0.10) > 0.25
    assert at(10.0, -0.016) < -0.2 < at(1.5, -0.016)
    assert 0.05 < at(10.0, 0.10) < 0.5 * at(1.5, 0.10)
    assert level(seen[48.0], "ecg_v3", 0.27) < -0.1 < 0.1 < level(well, "ecg_v3", 0.27)
    for bed in range(BEDS):
        one.electric.st(bed, "anterior", 0.0)
    assert all(np.array_equal(a, b) for a, b in zip(mean_beats(one).values(), well.values(), strict=True))


def test_an_infarct_ages_by_itself_and_sooner_where_its_insult_is_quick() -> None:
    """After ten minutes ST stands higher than at once; the body's at tempo 30 is hours old, and has Q."""
    one = beating("sinus", 5, 3)
    one.electric.st(0, "inferior", 0.3, age_h=0.0)
    one.body.insults.begin(1, "acute-coronary-syndrome", severity=0.4, tempo=1.0)
    one.body.insults.begin(2, "acute-coronary-syndrome", severity=0.4, tempo=30.0)
    early = mean_beats(one)
    for _ in range(600):
        one.advance(12.0)
    late = mean_beats(one)
    assert late["ecg_iii"][0, 128] > early["ecg_iii"][0, 128] + 0.1
    q = late["ecg_v3"][:, 96] - early["ecg_v3"][:, 96]
    assert q[2] < -0.1 < q[1]


def test_what_a_script_gives_back_is_the_bodys_again() -> None:
    """Potassium set by hand stands before ketoacidosis, and no longer when it is given back."""
    one = beating("sinus", 5, 1)
    one.body.insults.begin(0, "ketoacidosis", severity=1.0, tempo=60.0)
    one.electric.potassium(0, 4.2)
    for _ in range(1000):
        one.advance(12.0)
    held = mean_beats(one)
    one.electric.potassium(0, None)
    for _ in range(15):
        one.advance(12.0)
    assert mean_beats(one)["ecg_v3"][0, 140:190].max() > held["ecg_v3"][0, 140:190].max() + 0.1


def test_cold_draws_osborn_waves_and_a_long_qt() -> None:
    """At 28 °C lead II rises again after QRS, and T ends later."""
    one = beating()
    warm = mean_beats(one)
    for bed in range(BEDS):
        one.renderer.core(bed, 28.0)
    cold = mean_beats(one)
    assert level(cold, "ecg_ii", 0.062) > level(warm, "ecg_ii", 0.062) + 0.1
    assert (
        np.median(cold["ecg_ii"][:, 150:].argmax(axis=1))
        > np.median(warm["ecg_ii"][:, 150:].argmax(axis=1)) + 8
    )


def test_a_thick_ventricle_is_high_and_strained() -> None:
    """S in V1 and R in V5 together reach 3.5 mV (Sokolow and Lyon), T in V6 turns over, r in V1 is small."""
    one = beating()
    slim = mean_beats(one)
    for bed in range(BEDS):
        one.renderer.hypertrophy(bed, on=True)
    thick = mean_beats(one)

    def sokolow(beats: dict[str, Floats]) -> float:
        return float(np.median(beats["ecg_v5"].max(axis=1) - beats["ecg_v1"].min(axis=1)))

    assert sokolow(slim) < 3.5 < sokolow(thick)
    assert level(thick, "ecg_v6", 0.25) < 0 < level(slim, "ecg_v6", 0.25)
    r, slim_r = (np.median(beats["ecg_v1"][:, 85:105].max(axis=1)) for beats in (thick, slim))
    assert r < slim_r


def test_an_infarct_of_the_body_is_seen_in_the_ecg() -> None:
    """The insult raises ST in V2 and V3 by itself, and what a script set stands."""
    one = beating("sinus", 5, 2)
    before = mean_beats(one)
    one.electric.st(1, "inferior", 0.2)
    for bed in range(2):
        one.body.insults.begin(bed, "acute-coronary-syndrome", severity=0.5, tempo=60.0)
    for _ in range(300):
        one.advance(12.0)
    after = mean_beats(one)
    raised = after["ecg_v2"][:, 128] - before["ecg_v2"][:, 128]
    assert raised[0] > 0.1 > raised[1]
    assert isinstance(one.body, Body)


def test_a_right_infarct_of_the_body_is_seen_where_it_is_and_goes_when_another_comes() -> None:
    """III is raised above II and V1 with them; an anterior one besides is drawn instead, as the first."""
    one = beating("sinus", 5, 1)
    before = mean_beats(one)

    def raised(*leads: str) -> list[float]:
        after = mean_beats(one)
        return [float(after[lead][0, 128] - before[lead][0, 128]) for lead in leads]

    one.body.insults.begin(0, "right-ventricular-infarct", severity=0.3, tempo=60.0)
    for _ in range(120):
        one.advance(12.0)
    third, second, v1 = raised("ecg_iii", "ecg_ii", "ecg_v1")
    assert third > second > 0.1
    assert v1 > 0.05
    one.body.insults.begin(0, "acute-coronary-syndrome", severity=0.3, tempo=60.0)
    for _ in range(120):
        one.advance(12.0)
    third, v2 = raised("ecg_iii", "ecg_v2")
    assert v2 > 0.1
    assert abs(third) < 0.1


def test_an_opened_artery_lets_st_come_down_and_insulin_potassium() -> None:
    """Two hours after thrombolysis less than half of ST is left; four hours after insulin T is lower."""
    one = beating("sinus", 5, 4)
    before = mean_beats(one)
    for bed, name in ((0, "acute-coronary-syndrome"), (2, "ketoacidosis")):
        for twin in (bed, bed + 1):
            one.body.insults.begin(twin, name, 0.4 if bed == 0 else 0.7, 60.0)
    for _ in range(900):
        one.advance(12.0)
    one.body.treatments.give(0, "thrombolysis")
    one.body.treatments.give(2, "insulin")
    for passed_s in (2 * 3600.0, 2 * 3600.0):
        one.body.treatments.advance(passed_s, one.body, one.body.influence, one.body.insults)
        for _ in range(15):
            one.advance(12.0)
    after = mean_beats(one)
    raised = after["ecg_v2"][:, 128] - before["ecg_v2"][:, 128]
    assert 0.0 < raised[0] < 0.5 * raised[1]
    tall = after["ecg_v3"][:, 140:190].max(axis=1)
    assert tall[2] < tall[3] - 0.05


def test_a_twisting_heart_is_level_in_no_lead_for_the_length_of_a_beat() -> None:
    """Where a lead sees the twist end on, beats are small, not gone."""
    drawn = beating("torsades").draw(8, LEADS)
    for lead in LEADS:
        x = drawn[lead].astype(float) * 0.005
        beats = x[:, : x.shape[1] // 70 * 70].reshape(BEDS, -1, 70)  # 0.28 s each, a beat at 214 /min
        assert np.median(np.ptp(beats, axis=2).min(axis=1)) > 0.12, lead
