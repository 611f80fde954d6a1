"""Every quantity and waveform Teleward knows, in one table that all parts read.

Sources: LOINC and MDC (ISO/IEEE 11073-10101) codes and hard limits as read in HL7 FHIR R4 vital
signs, US Core and open copies of the nomenclature. ``stale_s`` and ``validity_s`` are *heuristic*
(training defaults): they say for how long a screen, and an early-warning score, may use a value.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class VitalSign:
    """A quantity we measure, and how it is written down.

    ``lowest`` and ``highest`` bound what a working sensor can report; they say nothing of health.
    ``period_s`` is the usual time between two values (0: on change). A value counts in a score for
    ``validity_s`` after its measurement.
    """

    key: str
    label: str
    unit: str  # UCUM, case-sensitive
    shown_unit: str
    loinc: str
    mdc: int
    decimals: int
    lowest: float
    highest: float
    period_s: float
    validity_s: float


@dataclass(frozen=True, slots=True)
class Waveform:
    """A sampled signal: its unit, its usual rate and the resolution and range of its samples."""

    key: str
    label: str
    unit: str  # UCUM
    mdc: int
    hz: int
    scale: float  # unit per raw step
    lowest: float
    highest: float


def _sign(  # noqa: PLR0913, PLR0917 -- one row of a table, read column by column
    key: str,
    label: str,
    unit: str,
    shown_unit: str,
    loinc: str,
    mdc: int,
    decimals: int,
    lowest: float,
    highest: float,
    period_s: float,
    validity_s: float,
) -> tuple[str, VitalSign]:
    return key, VitalSign(
        key, label, unit, shown_unit, loinc, mdc, decimals, lowest, highest, period_s, validity_s
    )


# fmt: off
VITAL_SIGNS: Final[dict[str, VitalSign]] = dict((
    #     key          label      UCUM       shown     LOINC      MDC      dec  low   high  period  validity
    _sign("hr",        "HR",      "/min",    "/min",   "8867-4",  147842,  0,    0,   300,    1,      60),
    _sign("pr",        "PR",      "/min",    "/min",   "8889-8",  149530,  0,    0,   300,    1,      60),
    _sign("pr_nibp",   "PR",      "/min",    "/min",   "8867-4",  149546,  0,   20,   300,  900,   14400),
    _sign("spo2",      "SpO₂",    "%",       "%",      "59408-5", 150456,  0,    0,   100,    1,      60),
    _sign("pi",        "PI",      "%",       "%",      "61006-3", 150488,  2,    0,    20,    1,      60),
    _sign("rr",        "RR",      "/min",    "/min",   "9279-1",  151562,  0,    0,   120,    1,      60),
    _sign("nibp_sys",  "NIBP",    "mm[Hg]",  "mmHg",   "8480-6",  150021,  0,   30,   300,  900,   14400),
    _sign("nibp_dia",  "NIBP",    "mm[Hg]",  "mmHg",   "8462-4",  150022,  0,   10,   220,  900,   14400),
    _sign("nibp_map",  "MAP",     "mm[Hg]",  "mmHg",   "8478-0",  150023,  0,   20,   240,  900,   14400),
    _sign("abp_sys",   "ABP",     "mm[Hg]",  "mmHg",   "76215-3", 150037,  0,  -50,   350,    1,      60),
    _sign("abp_dia",   "ABP",     "mm[Hg]",  "mmHg",   "76213-8", 150038,  0,  -50,   350,    1,      60),
    _sign("abp_map",   "MAP",     "mm[Hg]",  "mmHg",   "76214-6", 150039,  0,  -50,   350,    1,      60),
    _sign("temp",      "Temp",    "Cel",     "°C",     "8310-5",  150364,  1,   20,    45,   60,   14400),
    _sign("temp_skin", "T skin",  "Cel",     "°C",     "39106-0", 150388,  1,   15,    45,   60,   14400),
    _sign("temp_core", "T core",  "Cel",     "°C",     "8329-5",  150368,  1,   20,    45,   60,   14400),
    _sign("etco2",     "EtCO₂",   "mm[Hg]",  "mmHg",   "19891-1", 151708,  0,    0,   150,    1,      60),
    _sign("fico2",     "FiCO₂",   "mm[Hg]",  "mmHg",   "",        151716,  0,    0,    50,    1,      60),
    _sign("rr_co2",    "RR CO₂",  "/min",    "/min",   "9279-1",  151594,  0,    0,   120,    1,      60),
    _sign("fio2",      "FiO₂",    "%",       "%",      "3150-6",  152196,  0,   21,   100,    0,   14400),
    _sign("o2_flow",   "O₂",      "L/min",   "L/min",  "3151-8",  0,       1,    0,    70,    0,   14400),
    _sign("glucose",   "Glucose", "mmol/L",  "mmol/L", "14743-9", 160184,  1,  0.6,  33.3,    0,   14400),
    _sign("cgm",       "CGM",     "mmol/L",  "mmol/L", "105272-9", 160212, 1,  2.2,  22.2,  300,     900),
    _sign("weight",    "Weight",  "kg",      "kg",     "29463-7", 188736,  1,  0.5,   350,    0,  172800),
    _sign("pef",       "PEF",     "L/min",   "L/min",  "33452-4", 152584,  0,   30,   900,    0,   86400),
    _sign("fev1",      "FEV₁",    "L",       "L",      "20150-9", 152586,  2,  0.1,     9,    0,   86400),
    _sign("steps",     "Steps",   "{steps}", "steps",  "55423-8", 8454247, 0,    0, 1e5,     60,     300),
    _sign("activity",  "Activity", "1",      "",       "",        8454271, 2,    0,     1,   10,     120),
))

WAVEFORMS: Final[dict[str, Waveform]] = {
    w.key: w
    for w in (
        #        key        label     UCUM      MDC     hz   scale  low  high
        Waveform("ecg_i",   "ECG I",   "mV",     131329, 250, 0.005,  -5,    5),
        Waveform("ecg_ii",  "ECG II",  "mV",     131330, 250, 0.005,  -5,    5),
        Waveform("ecg_iii", "ECG III", "mV",     131389, 250, 0.005,  -5,    5),
        Waveform("ecg_avr", "ECG aVR", "mV",     131390, 250, 0.005,  -5,    5),
        Waveform("ecg_avl", "ECG aVL", "mV",     131391, 250, 0.005,  -5,    5),
        Waveform("ecg_avf", "ECG aVF", "mV",     131392, 250, 0.005,  -5,    5),
        Waveform("ecg_v1",  "ECG V1",  "mV",     131331, 250, 0.005,  -5,    5),
        Waveform("ecg_v2",  "ECG V2",  "mV",     131332, 250, 0.005,  -5,    5),
        Waveform("ecg_v3",  "ECG V3",  "mV",     131333, 250, 0.005,  -5,    5),
        Waveform("ecg_v4",  "ECG V4",  "mV",     131334, 250, 0.005,  -5,    5),
        Waveform("ecg_v5",  "ECG V5",  "mV",     131335, 250, 0.005,  -5,    5),
        Waveform("ecg_v6",  "ECG V6",  "mV",     131336, 250, 0.005,  -5,    5),
        Waveform("pleth",   "Pleth",   "1",      150452, 125, 0.0005, -2,    4),
        Waveform("resp",    "Resp",    "1",      151780,  50, 0.001,  -4,    4),
        Waveform("capno",   "CO₂",     "mm[Hg]", 151700,  50, 0.1,     0,  150),
        Waveform("abp",     "ABP",     "mm[Hg]", 150032, 125, 0.1,   -50,  350),
    )
}
# fmt: on

STALE_INTERVALS: Final = 3
"""A continuous value is stale after this many missed intervals (clinical reference 2.4)."""

LOST_AFTER_S: Final = 60
"""A continuous value is shown as lost (dashes) after this long without news (screens, section 5)."""
