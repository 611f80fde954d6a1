"""The gallery's sections: what is recorded for each, and its cards."""

from collections.abc import Iterator
from dataclasses import replace
from html import escape
from typing import Final, NamedTuple

from devices.person import Baseline
from devices.signals.leads import LEADS
from devices.signals.patterns import PATTERNS
from devices.signals.rhythms import RHYTHMS
from scenarios.trajectories import trajectories
from teleward.gallery import captions
from teleward.gallery.course import chart
from teleward.gallery.paper import ECG_MM_MV, ECG_MM_S, Row, strip, twelve
from teleward.gallery.recording import Beds, Recording
from vitals.catalogue import WAVEFORMS


class Card(NamedTuple):
    """One entry: the name of its place on the page, what it is called, and its HTML."""

    anchor: str
    label: str
    html: str


SECONDS: Final = 10
SETTLE_S: Final = 40
MEASURED_S: Final = 60
"""By then every cuff has measured for the first time."""
OF_S: Final = 75
"""Of so long the most telling ten seconds of a rhythm are shown."""
BREATHING_S: Final = 90
NUMBERS: Final = (("hr", "HR"), ("rr", "RR"), ("spo2", "SpO₂"), ("pr", "PR"), ("pi", "PI"))
BLED_S: Final = 44
"""Bleeding 2 L a minute for so long is about 30 % of the blood."""
LIMBS_AND_CHEST: Final = (
    ("ecg_i", "ecg_avr", "ecg_v1", "ecg_v4"), ("ecg_ii", "ecg_avl", "ecg_v2", "ecg_v5"),
    ("ecg_iii", "ecg_avf", "ecg_v3", "ecg_v6"),
)  # fmt: skip
UNTREATED: Final = "From truth; nobody treats, but where it is said."
EVERY_S: Final = 15
"""The breathing rate shown is written so often."""
FAULTS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "clean": (), "damped-line": (("monitor", "damped-line"),),
    "motion": (("patch", "motion"), ("oximeter", "motion")), "lead-off": (("patch", "lead-off"),),
    "probe-off": (("oximeter", "probe-off"),), "low-perfusion": (("oximeter", "low-perfusion"),),
    "cold-finger": (("oximeter", "cold-finger"),), "shivering": (("patch", "shivering"),),
    "mains-hum": (("patch", "mains-hum"),), "baseline-wander": (("patch", "baseline-wander"),),
    "electrosurgery": (("patch", "electrosurgery"),), "same-arm": (("cuff", "same-arm"),),
    "ambient-light": (("oximeter", "ambient-light"),),
}  # fmt: skip
"""Which device has which fault in each artefact's picture."""


def rhythms() -> Iterator[Card]:
    """Yield a card for every rhythm: leads II and V1, the pulse, and twelve leads where they tell."""
    rates = {key: captions.RATES.get(key, captions.USUAL_BPM) for key in RHYTHMS}
    beds = Beds(list(RHYTHMS), {key: Baseline(hr=rate) for key, rate in rates.items()})
    beds.aim("hr", rates)
    for bed, key in enumerate(RHYTHMS):
        beds.engine.trains.beat_in(bed, key)
    for key, recorded in beds.record(SETTLE_S, SECONDS, LEADS, of_s=OF_S).items():
        label = RHYTHMS[key].label
        rows = [_ecg(recorded, "ecg_ii"), _ecg(recorded, "ecg_v1"), _pleth(recorded)]
        pictures = [strip(rows, SECONDS, ECG_MM_S, label)]
        if key in captions.TWELVE:
            pictures.append(_folded("Twelve leads", _twelve(recorded, label)))
        yield card("rhythm", key, label, captions.RHYTHMS.get(key, ""), pictures)


def conditions() -> Iterator[Card]:
    """Yield a card of twelve leads for everything that bends an ECG."""
    beds = Beds(list(captions.CONDITIONS), {"cold-30": Baseline(hr=42)})
    beds.aim("hr", {"cold-30": 42})
    for bed, (_, _, bends) in enumerate(captions.CONDITIONS.values()):
        for what, how in bends:
            _bend(beds, bed, what, how)
    for key, recorded in beds.record(SETTLE_S, SECONDS, LEADS).items():
        label, told, _ = captions.CONDITIONS[key]
        yield card("condition", key, label, told, [_twelve(recorded, label)])


def _bend(beds: Beds, bed: int, what: str, how: tuple[float | str, ...]) -> None:
    renderer = beds.engine.renderer
    match what, how:
        case "st", (str(territory), float(mv)):
            renderer.st(bed, territory, mv)
        case "infarct", (str(territory), float(mv), float(hours)):
            renderer.infarct(bed, territory, mv, hours)
        case "potassium", (float(mmol_l),):
            renderer.potassium(bed, mmol_l)
        case "core", (float(celsius),):
            renderer.core(bed, celsius)
        case "qt", (float(factor),):
            renderer.qt(bed, factor)
        case _:
            renderer.hypertrophy(bed, on=True)


def breathing() -> Iterator[Card]:
    """Yield a card for every pattern of breathing: impedance, capnogram, and the rate that is shown."""
    own = {"kussmaul": Baseline(rr=26, etco2=20)}
    beds = Beds(list(PATTERNS), own)
    beds.aim("rr", {"kussmaul": 26})
    beds.aim("etco2", {"kussmaul": 20})
    for bed, key in enumerate(PATTERNS):
        beds.engine.trains.breathing.breathe_in(bed, key, beds.engine.trains.until_s)
    for key, recorded in beds.record(SETTLE_S + 30, BREATHING_S).items():
        rates = "".join(f"<td>{rate:.0f}</td>" for rate in recorded.rates[EVERY_S - 1 :: EVERY_S])
        shown = f'<table class="rates"><tr><th>RR shown</th>{rates}</tr></table>'
        picture = _slow(recorded, BREATHING_S, PATTERNS[key].label)
        yield card("breathing", key, PATTERNS[key].label, PATTERNS[key].told, [picture, shown])


def capnograms() -> Iterator[Card]:
    """Yield a card for what the capnogram alone tells."""
    own = {"hypoventilation": Baseline(rr=7, etco2=62), "low-output": Baseline(etco2=14)}
    beds = Beds(list(captions.CAPNOGRAMS), own)
    names = beds.names
    beds.aim("rr", {"hypoventilation": 7})
    beds.aim("etco2", {"hypoventilation": 62, "low-output": 14, "bronchospasm": 46})
    beds.engine.body.obstruction[names.index("bronchospasm")] = 0.5
    beds.engine.trains.breathing.rebreathed[names.index("rebreathing")] = 7.0
    for key, recorded in beds.record(SETTLE_S, 30).items():
        label, told = captions.CAPNOGRAMS[key]
        yield card("capnogram", key, label, told, [strip([_capno(recorded)], 30, 8.0, label, tick_s=5)])


def pressures() -> Iterator[Card]:
    """Yield a card for arterial pressure: filled, bled, and at a standstill."""
    beds = Beds(list(captions.PRESSURES), {key: Baseline(hr=86) for key in captions.PRESSURES})
    bled = beds.names.index("bled")
    beds.engine.body.affect(bled, "bleeding", 2000)
    beds.record(BLED_S, 1)
    beds.engine.body.affect(bled, "bleeding", 0)
    beds.record(20, 1)
    beds.engine.trains.beat_in(beds.names.index("standstill"), "asystole")
    for key, recorded in beds.record(0, 2 * SECONDS).items():
        label, told = captions.PRESSURES[key]
        rows = [_abp(recorded), replace(_pleth(recorded), height_mm=22)]
        yield card("pressure", key, label, told, [strip(rows, 2 * SECONDS, ECG_MM_S / 2, label)])


def artefacts() -> Iterator[Card]:
    """Yield a card for every artefact: what it does to the traces, and what the devices then show."""
    beds = Beds(list(captions.ARTEFACTS), {}, monitored=("damped-line",))
    beds.record(MEASURED_S, 1)
    for bed, key in enumerate(captions.ARTEFACTS):
        if key == "same-arm":  # inflated in the picture's first seconds
            beds.engine.cuff.begin(bed, beds.engine.now_s + SETTLE_S)
        for device, kind in FAULTS[key]:
            beds.engine.wearables[device].fault(bed, kind, on=True, parameters={})
    for key, recorded in beds.record(SETTLE_S, SECONDS).items():
        label, told = captions.ARTEFACTS[key]
        rows = [_ecg(recorded, "ecg_ii"), _resp(recorded, 12.0), _pleth(recorded)]
        if key == "damped-line":
            rows = [replace(_abp(beds.mended(recorded, key, *FAULTS[key][0])), label="clean")]
            rows.append(replace(_abp(recorded), label="damped"))
        rows = [replace(row, clip=True) for row in rows]
        yield card(
            "artefact", key, label, told, [strip(rows, SECONDS, ECG_MM_S, label), _numbers(recorded, key)]
        )


def courses() -> Iterator[Card]:
    """Yield a card for every trajectory."""
    for key, t in trajectories().items():
        told = "An episode, added to the person’s own values." if t.offset else UNTREATED
        notes = "; ".join(row.note for row in t.rows if row.note)
        yield card("trajectory", key, t.condition, f"{told} {notes}".strip(), [chart(t)])


def card(kind: str, key: str, label: str, told: str, pictures: list[str]) -> Card:
    """Return one entry, found by ``data-KIND="KEY"``."""
    anchor = escape(f"{kind}-{key}")
    return Card(
        anchor,
        label,
        f'<article class="card" id="{anchor}" data-{kind}="{escape(key)}"><h3>{escape(label)}'
        f"<code>{escape(key)}</code></h3><p>{escape(told)}</p>{''.join(pictures)}</article>",
    )


def _folded(label: str, inner: str) -> str:
    return f"<details><summary>{escape(label)}</summary>{inner}</details>"


def _numbers(recorded: Recording, key: str) -> str:
    cells, line = [], (("abp_sys", "systolic"), ("abp_dia", "diastolic"), ("abp_map", "mean"))
    for sign, label in line if key == "damped-line" else NUMBERS:
        shown = recorded.shown[sign]
        text = (
            "–" if shown.trusted in {"invalid", "starting"} else f"{shown.value:.{2 if sign == 'pi' else 0}f}"
        )
        why = f" <em>{escape(shown.why)}</em>" if shown.why else ""
        cells.append(f'<td class="{shown.trusted}"><b>{label}</b> {text}{why}</td>')
    return f'<table class="numbers"><tr>{"".join(cells)}</tr></table>'


def _ecg(recorded: Recording, key: str) -> Row:
    label = WAVEFORMS[key].label.removeprefix("ECG ")
    return Row(label, recorded.waves[key], WAVEFORMS[key].hz, ECG_MM_MV, 30.0, base_mm=12.0, mark=1.0)


def _pleth(recorded: Recording) -> Row:
    wave = recorded.waves["pleth"]
    return Row("Pleth", wave, WAVEFORMS["pleth"].hz, 10.0, 18.0, base_mm=3.0, kind="pleth")


def _resp(recorded: Recording, mm: float = 6.5) -> Row:
    wave = recorded.waves["resp"]
    return Row("Resp", wave, WAVEFORMS["resp"].hz, mm, 24.0, base_mm=7.0, kind="resp")


def _capno(recorded: Recording) -> Row:
    wave = recorded.waves["capno"]
    return Row(
        "CO₂",
        wave,
        WAVEFORMS["capno"].hz,
        0.36,
        30.0,
        base_mm=4.0,
        kind="capno",
        lines=(0.0, 20.0, 40.0, 60.0),
    )


def _abp(recorded: Recording) -> Row:
    wave = recorded.waves["abp"]
    lines = (0.0, 40.0, 80.0, 120.0)
    return Row("ABP", wave, WAVEFORMS["abp"].hz, 0.2, 34.0, base_mm=4.0, kind="abp", lines=lines)


def _slow(recorded: Recording, seconds: float, label: str) -> str:
    """Return impedance and capnogram, thinned to ten points a second."""
    chest, gas = (replace(r, values=r.values[::5], hz=r.hz / 5) for r in (_resp(recorded), _capno(recorded)))
    rows = [chest, replace(gas, height_mm=24.0, lines=(0.0, 20.0, 40.0))]
    return strip(rows, seconds, 250.0 / seconds, label, tick_s=EVERY_S)


def _twelve(recorded: Recording, label: str) -> str:
    leads = [
        [replace(_ecg(recorded, key), height_mm=24.0, base_mm=10.0) for key in row] for row in LIMBS_AND_CHEST
    ]
    return twelve(
        leads,
        replace(_ecg(recorded, "ecg_ii"), height_mm=24.0, base_mm=10.0),
        SECONDS,
        f"{label}, twelve leads",
    )
