"""What N bodies come to in a step, and where they would go by themselves, patient by patient."""

from typing import Final

from devices.arrays import Bools, Floats
from devices.kernels import kernel
from devices.physiology import approach, bounds, circulation, coupling, heart, lags, leading, opioid, stores
from devices.physiology import fields as f
from devices.physiology import rows as r
from devices.physiology.keys import LIMITS, OWN_LAG_S

OUTPUT_OF_CO2: Final = 1.25
"""End-tidal CO2 falls once cardiac output, 5 L/min at rest, is below 4 (reference 8.4)."""
MINUTE_VENTILATION: Final = 1.4
"""All that is breathed, over what meets blood (*heuristic*)."""
MOST_SHUNT: Final = 0.75
LEAST_RR_BPM, MOST_RR_BPM = 2.0, 60.0
MOST_COLD_C: Final = -11.0
MOST_FLOW: Final = 1.5
BRAIN_MMHG: Final = 25.0
"""Without this MAP the breath fails (*heuristic*)."""
_GLUCOSE_LAG_MIN: Final = OWN_LAG_S["glucose"] / 60.0
_LEAST_GLUCOSE: Final = float(LIMITS["glucose"][0])
_MOST_ETCO2: Final = float(LIMITS["etco2"][1])
"""Who was held alive without breathing for hours has more in the blood than any capnometer shows."""


@kernel
def ventilate(
    i: int, s: Floats, a: Floats, kept: Floats, contents: Floats, breathed: float, acting: int
) -> None:
    """Turn the breathing of patient ``i`` into gases."""
    ratio = float(s[r.RR, i]) / float(s[r.REST_RR, i])
    ventilation = float(s[r.VENTILATION_REST, i]) * ratio * coupling.tidal_ratio(ratio) * breathed
    ventilation *= 1.0 - float(s[r.OBSTRUCTION, i])
    there = float(s[r.NALOXONE_THERE, i])
    if there > 0.0:
        ventilation *= opioid.deepened(there, float(s[r.FELT_CO2, i]))
    fever = max(float(s[r.TEMP, i]) - float(s[r.REST_TEMP, i]), MOST_COLD_C)
    metabolism = 1.0 + coupling.FEVER_METABOLISM_PER_C * fever
    if acting:
        passing = (1.0 - float(a[f.OBSTRUCTION, i])) * (1.0 - float(a[f.DEAD_SPACE, i]))
        ventilation *= float(a[f.DEPTH, i]) * passing
        metabolism *= float(a[f.METABOLISM, i])
    stores.carbon_dioxide(i, s, kept, ventilation, metabolism)
    stores.oxygen(i, s, kept, contents, ventilation, metabolism)
    felt = float(s[r.PACO2, i]) / (float(s[r.REST_ETCO2, i]) + coupling.ALVEOLAR_GRADIENT_MMHG)
    s[r.FELT_CO2, i] = felt + (float(s[r.FELT_CO2, i]) - felt) * float(kept[lags.FELT_CO2])


@kernel
def regulate(i: int, s: Floats, a: Floats, map_mmhg: float, warmer_c: float, acting: int) -> None:
    """Set where patient ``i`` would go by circulation, heart, breath and warmth."""
    temp, spo2 = float(s[r.REST_TEMP, i]) + warmer_c, float(s[r.SPO2, i])
    fever = float(s[r.TEMP, i]) - temp
    lack = coupling.lack_of_oxygen(spo2, float(s[r.REST_SPO2, i]))
    drive, felt = float(s[r.DRIVE, i]), float(s[r.FELT_CO2, i])
    if acting:
        drive *= float(a[f.DRIVE, i])
        felt /= float(a[f.CO2_SET, i])
    minute = MINUTE_VENTILATION * float(s[r.VENTILATION_REST, i])
    wanted = leading.breathing(i, s, coupling.ventilation(felt, lack, minute, drive))
    thrown = circulation.throw(i, s, a, acting)
    output = circulation.press(i, s, a, thrown, acting)
    driven = coupling.mean_pressure(float(s[r.TO_SBP, i]), float(s[r.TO_DBP, i]))
    # Where a script holds the pressure lower than the body would, less flows as well.
    s[r.FLOW, i] = output * bounds.held(map_mmhg / max(driven, 1.0), 0.0, MOST_FLOW)
    answer = float(s[r.ANSWER, i])
    hr = float(s[r.REFLEX_HR, i])
    most = min(float(s[r.MOST_HR, i]), float(s[r.REFLEX_MOST, i]) + circulation.DRIVEN_BPM)
    s[r.TO_HR, i] = max(coupling.heart_rate(hr, answer * fever, answer * lack, most), float(s[r.PACED, i]))
    distress = coupling.distress(map_mmhg, thrown, float(s[r.LOST, i]))
    s[r.TO_RR, i] = coupling.breathing_rate(float(s[r.REST_RR, i]), wanted, fever, distress, drive)
    end_tidal = bounds.held(float(s[r.PACO2, i]) - coupling.ALVEOLAR_GRADIENT_MMHG, 0.0, _MOST_ETCO2)
    s[r.TO_ETCO2, i] = end_tidal * min(OUTPUT_OF_CO2 * output, 1.0)
    s[r.TO_TEMP, i] = s[r.HOME_TEMP, i] = temp
    pulse, resting = (
        float(s[r.SBP, i]) - float(s[r.DBP, i]),
        float(s[r.REST_SBP, i]) - float(s[r.REST_DBP, i]),
    )
    s[r.TO_PI, i] = coupling.perfusion(float(s[r.REST_PI, i]), pulse, resting, map_mmhg)
    if acting:
        lead_astray(i, s, a, drive)


@kernel
def lead_astray(i: int, s: Floats, a: Floats, drive: float) -> None:
    """Change where patient ``i`` would go by what acts beside the circulation and the gases."""
    hr, rr, ruled = float(s[r.TO_HR, i]), float(s[r.TO_RR, i]), float(a[f.PACE_BPM, i])
    paced = float(s[r.PACED, i])
    if ruled > paced:
        hr = ruled
    s[r.TO_HR, i] = max(min(hr, float(a[f.HR_CAP, i])), paced)
    if rr > 0.0:
        rr = bounds.held(rr + min(drive, 1.0) * float(a[f.DRIVE_RR_BPM, i]), LEAST_RR_BPM, MOST_RR_BPM)
    s[r.TO_RR, i] = max(rr, float(a[f.ASSIST_BPM, i]))
    s[r.TO_ETCO2, i] *= 1.0 - float(a[f.DEAD_SPACE, i])
    s[r.TO_PI, i] *= float(a[f.PERFUSION, i])
    warmed = float(a[f.HEAT_W, i]) * float(s[r.WARMED, i])
    wanted = float(s[r.TO_TEMP, i]) + float(s[r.FEVER, i]) * float(a[f.SET_POINT_C, i])
    s[r.HOME_TEMP, i] = wanted
    wanted += float(a[f.HOME_C, i])
    s[r.TO_TEMP, i] = wanted + (float(a[f.HASTE, i]) - 1.0) * (wanted - float(s[r.TEMP, i])) + warmed


@kernel
def keep_up(i: int, s: Floats, a: Floats, acting: int) -> None:
    """Set where glucose, shunt and activity of patient ``i`` would go, and leave oxygen as it flows."""
    glucose, shunt = float(s[r.REST_GLUCOSE, i]), float(s[r.REST_SHUNT, i])
    if acting:
        glucose += float(a[f.HOME_GLUCOSE, i])
        sooner = (float(a[f.HASTE, i]) - 1.0) * (glucose - float(s[r.GLUCOSE, i]))
        glucose += float(a[f.GLUCOSE_MMOL_MIN, i]) * _GLUCOSE_LAG_MIN + sooner
        if float(s[r.GLUCOSE, i]) <= _LEAST_GLUCOSE:
            glucose = max(glucose, _LEAST_GLUCOSE)
        shunt = min(shunt + (1.0 - shunt) * float(a[f.SHUNT, i]), MOST_SHUNT)
    s[r.TO_GLUCOSE, i], s[r.TO_SHUNT, i], s[r.TO_ACTIVITY, i] = glucose, shunt, float(s[r.BUSY, i])
    s[r.TO_O2_FLOW, i] = float(s[r.O2_FLOW, i])


@kernel
def fail(i: int, s: Floats, a: Floats, map_mmhg: float) -> None:
    """Slow heart and breath of patient ``i`` as strain does, and let both stop without a pulse."""
    strain = float(s[r.STRAIN, i])
    if strain <= 0.0 and float(s[r.PULSE, i]) > 0.0:
        return
    left = heart.slowed(strain)
    s[r.TO_HR, i] = max(float(s[r.TO_HR, i]) * left, float(s[r.PACED, i])) * float(s[r.BEATS, i])
    fed = 0.0
    if float(s[r.PULSE, i]) > 0.0:  # compressions feed a brain too little to breathe; gasps are drawn apart
        fed = bounds.held((map_mmhg - 0.4 * BRAIN_MMHG) / (0.6 * BRAIN_MMHG), 0.0, 1.0)
    s[r.TO_RR, i] = max(float(s[r.TO_RR, i]) * left * left * fed, float(a[f.ASSIST_BPM, i]))


@kernel
def second(  # noqa: PLR0913, PLR0917 -- all that bodies go by
    s: Floats, a: Floats, kept: Floats, curves: tuple[Floats, Floats], breathed: Floats, warmer_c: float,
    acted: Bools, troubled: int, aims: Floats, keeps: Floats, aimed: int,
) -> None:  # fmt: skip
    """Let a step of ``kept`` pass for all patients of ``s``, and go where each would, or a script wants.

    ``a`` is what acts on them, ``curves`` are contents and saturations, ``breathed`` ``[N]`` what a
    pattern of breathing leaves, ``warmer_c`` what the hour adds; ``acted`` ``[N]`` says on whom anything
    acts, ``troubled`` is 0 while no heart is strained; the rest is as ``approach`` says.
    """
    contents, saturations = curves
    for i in range(s.shape[1]):
        acting = int(acted[i])
        map_mmhg = coupling.mean_pressure(float(s[r.SBP, i]), float(s[r.DBP, i]))
        circulation.fill(i, s, a, kept, acting)
        circulation.reflexes(i, s, a, kept, map_mmhg, acting)
        ventilate(i, s, a, kept, contents, float(breathed[i]), acting)
        leading.carbon_dioxide(i, s, aims, aimed, 60.0 * float(kept[lags.MINUTES]))
        s[r.TO_SPO2, i] = 100.0 * stores.saturation(i, s, saturations)
        regulate(i, s, a, map_mmhg, warmer_c, acting)
        s[r.TO_HR, i] = bounds.held(float(s[r.TO_HR, i]), float(s[r.SLOWEST, i]), float(s[r.FASTEST, i]))
        keep_up(i, s, a, acting)
        if troubled:
            fail(i, s, a, map_mmhg)
        if aimed:
            leading.pressures(i, s, aims)
    approach.approach(s[: r.TRUTHS], s[r.TO_HR : r.TO_HR + r.TRUTHS], aims, keeps, aimed)
