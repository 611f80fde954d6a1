"""Physiology: the bodies beside published numbers, and what a step of them costs; ``--plots`` draws them.

Each row holds ours, the published value (``peer_value``) and their ratio; the sources are in
docs/explanation/physiology.md, whose pictures this writes. Judged is the truth of the body, without
devices.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench._plot import Line, draw
from devices import kernels
from devices.person import Baseline, Person, generate
from devices.physiology import gas
from devices.physiology.body import Body
from devices.physiology.coupling import mean_pressure
from devices.physiology.influence import Influence
from devices.physiology.insults import INSULTS
from devices.randomness import generator

ADULT: Final = Person(
    age=40, weight_kg=70, height_cm=175, baseline=Baseline(hr=75, rr=15, spo2=97.3, sbp=122, dbp=77)
)
JOHNSON: Final = Person(
    age=30, weight_kg=79, height_cm=178, baroreflex_bpm_mmhg=0.8,
    baseline=Baseline(hr=59, sbp=89.5 + 58 * 2 / 3, dbp=89.5 - 58 / 3),
)  # fmt: skip
LEONETTI: Final = Person(
    age=30, weight_kg=70, height_cm=175, baroreflex_bpm_mmhg=0.8,
    baseline=Baseline(hr=75, sbp=90 + 53 * 2 / 3, dbp=90 - 53 / 3),
)  # fmt: skip
CURVE: Final = ((10, 9.65), (26.86, 50.01), (40, 74.95), (60, 90.58), (80, 95.73), (100, 97.75))
SUCTION: Final = 0.7
"""What lower-body suction at -45 mmHg leaves of filling (stroke volume 111 to 77 mL)."""
RESCUE_MIN: Final = 5
"""When naloxone is given after fentanyl."""
Course = list[tuple[float, float]]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add our own options."""
    parser.add_argument("--plots", type=Path, help="folder to draw the pictures into")
    parser.add_argument("--sizes", default="1,100,1000", help="numbers of patients for the cost of a step")


def run(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """Yield published numbers beside ours, then the cost of a step; draw if asked to.

    Bodies are compiled where numba is, as in a ward (``TELEWARD_PLAIN=1`` measures without).
    """
    kernels.compile_all()
    yield from dissociation()
    yield from apnoea()
    yield from bleeding()
    yield from answers()
    yield from cost([int(n) for n in str(options.sizes).split(",")])
    if options.plots:
        options.plots.mkdir(parents=True, exist_ok=True)
        for name, picture in pictures():
            (options.plots / name).write_text(picture, encoding="utf-8")
            yield row(f"drawn {name}", 1, "file")


def row(case: str, value: float, unit: str, published: float | None = None) -> dict[str, Any]:
    """Return a row of the benchmark."""
    out: dict[str, Any] = {"bench": "physiology", "case": case, "value": round(float(value), 2), "unit": unit}
    if published is not None:
        out |= {"peer": "published", "peer_value": published, "ratio": round(float(value) / published, 3)}
    return out


def after(body: Body, seconds: int, seen: Callable[[], float] | None = None) -> Course:
    """Let time pass; return what is ``seen`` every five seconds as (minutes, value)."""
    out: Course = []
    for second in range(seconds):
        if seen is not None and second % 5 == 0:
            out.append((second / 60, seen()))
        body.advance(1.0, 12.0)
    return out


def dissociation() -> Iterator[dict[str, Any]]:
    """Yield saturations at tensions beside Severinghaus 1979."""
    for tension, percent in CURVE:
        ours = 100 * float(gas.saturation(np.array([tension]))[0])
        yield row(f"saturation at {tension:g} mmHg", ours, "%", percent)


def held(person: Person, device: str, flow: float, seconds: int) -> tuple[Course, Course]:
    """Return saturation and arterial CO2 of somebody who does not breathe."""
    body = Body([person])
    after(body, 5)
    body.breathe(0, device, flow)
    after(body, 600)
    body.affect(0, "obstruction", 1.0)
    gases: Course = []
    saturation = after(body, seconds, lambda: _noted(gases, body))
    return saturation, gases


def _noted(gases: Course, body: Body) -> float:
    gases.append((5 * len(gases) / 60, float(body.paco2[0])))
    return float(body.now["spo2"][0])


def apnoea() -> Iterator[dict[str, Any]]:
    """Yield times to 90 % and the rise of CO2 without a breath."""
    obese = Person(age=40, weight_kg=140, height_cm=175, baseline=ADULT.baseline)
    cases = (("air", ADULT, "air", 0.0, 60), ("oxygen", ADULT, "non-rebreather", 15.0, 595),
             ("oxygen, obese", obese, "non-rebreather", 15.0, 196))  # fmt: skip
    for name, person, device, flow, published in cases:
        saturation, gases = held(person, device, flow, 800)
        low = next((60 * t for t, v in saturation if v < 90), 800)
        yield row(f"apnoea after {name}, to 90 %", low, "s", published)
        if name == "air":
            by_minute = [v for t, v in gases if abs(t - round(t)) < 0.01]
            yield row("CO2, first minute", by_minute[1] - by_minute[0], "mmHg", 9.8)
            yield row("CO2, a minute later", by_minute[2] - by_minute[1], "mmHg", 3.9)


def shown(body: Body) -> tuple[float, float, float]:
    """Return heart rate, MAP and pulse pressure of the first patient."""
    sbp, dbp = body.now["sbp"][0], body.now["dbp"][0]
    return float(body.now["hr"][0]), float(mean_pressure(sbp, dbp)), float(sbp - dbp)


def bleeding() -> Iterator[dict[str, Any]]:
    """Yield what bleeding and suction did to people and do to bodies."""
    body = Body([JOHNSON])
    body.affect(0, "bleeding", 1000 / 15)
    after(body, 900)
    for name, value, published in zip(("HR", "MAP", "PP"), shown(body), (66, 80.8, 48), strict=True):
        yield row(f"1 L bled, {name} (Johnson)", value, "", published)
    body = Body([LEONETTI])
    body.affect(0, "bleeding", 37.5)
    after(body, 600)
    for name, value, published in zip(("HR", "PP"), (shown(body)[0], shown(body)[2]), (78, 47), strict=True):
        yield row(f"375 mL bled, {name} (Leonetti)", value, "", published)
    body = Body([JOHNSON])
    body.treatments = Suction()  # type: ignore[assignment]  # what only an experiment does
    after(body, 300)
    for name, value, published in zip(("HR", "MAP"), shown(body)[:2], (86, 82.2), strict=True):
        yield row(f"suction -45 mmHg, {name} (Johnson)", value, "", published)


def bolus(litres: float = 1.4) -> dict[str, Course]:
    """Return MAP and HR, treated less untreated, after 500 mL given for a loss of ``litres``."""
    body = Body([ADULT, ADULT])
    for i in (0, 1):
        body.affect(i, "bleeding", 50.0)
    after(body, round(1200 * litres))
    for i in (0, 1):
        body.affect(i, "bleeding", 0.0)
    after(body, 300)
    body.treatments.give(0, "crystalloid")
    out: dict[str, Course] = {"MAP": [], "HR": []}

    def seen() -> float:
        pressure, rate = mean_pressure(body.now["sbp"], body.now["dbp"]), body.now["hr"]
        minute = len(out["MAP"]) / 12
        out["MAP"].append((minute, float(pressure[0] - pressure[1])))
        out["HR"].append((minute, float(rate[0] - rate[1])))
        return 0.0

    after(body, 5400, seen)
    return out


def rescued() -> tuple[Course, Course]:
    """Return breathing rates after 400 µg of fentanyl, with 0.2 mg of naloxone and without."""
    body, untreated = Body([ADULT, ADULT]), []
    for i in (0, 1):
        body.affect(i, "fentanyl", 400.0)
    treated: Course = []
    for minute in range(60):
        if minute == RESCUE_MIN:
            body.treatments.give(0, "naloxone", 0.2)
        seen = after(body, 60, lambda: float(body.now["rr"][0]))
        treated += [(minute + t, v) for t, v in seen]
        untreated.append((minute + 1.0, float(body.now["rr"][1])))
    return treated, untreated


def answers() -> Iterator[dict[str, Any]]:
    """Yield what fluid and naloxone do, beside the clinical reference 7.23 (the middle of its ranges)."""
    course = bolus()
    peak_min, top = max(course["MAP"], key=lambda point: point[1])
    onset_min = next(t for t, v in course["MAP"] if v >= 0.1 * top)
    yield row("500 mL after 1.4 L: MAP", top, "mmHg", 7.5)
    yield row("500 mL after 1.4 L: HR", min(v for _, v in course["HR"]), "/min", -7.5)
    yield row("500 mL: onset", onset_min, "min", 5)
    yield row("500 mL: peak", peak_min, "min", 20)
    yield row("500 mL: MAP left after an hour", dict(course["MAP"])[60.0] / top, "of the peak")
    treated, _ = rescued()
    yield row("naloxone 0.2 mg, RR five minutes after", dict(treated)[RESCUE_MIN + 5.0], "/min", 13)


class Suction:
    """Takes filling from the first patient."""

    def advance(self, dt_s: float, body: Body, influence: Influence, insults: object) -> None:
        """Take it."""
        del dt_s, body, insults
        influence.act("preload", np.array([0]), np.array([SUCTION]))


def cost(sizes: list[int]) -> Iterator[dict[str, Any]]:
    """Yield patient-seconds of bodies alone per CPU-second, well and with a tenth of them ill."""
    for n in sizes:
        for ill in (0, max(n // 10, 1)):
            body = Body([generate(generator(1, f"bed{i}", "person")) for i in range(n)])
            for i in range(ill):
                body.insults.begin(i, list(INSULTS)[i % 5])
            after(body, 30)
            start, steps = time.process_time(), 1000
            after(body, steps)
            used = time.process_time() - start
            yield row(f"bodies n={n}, {ill} ill", n * steps / used, "patient-s/CPU-s")


def pictures() -> Iterator[tuple[str, str]]:
    """Yield (file name, SVG) of each picture of the explanation."""
    tensions = np.linspace(1, 120, 120)
    ours = list(zip(tensions.tolist(), (100 * gas.saturation(tensions)).tolist(), strict=True))
    points = [(float(t), s) for t, s in CURVE]
    yield "physiology-dissociation.svg", draw(
        "Dissociation curve", "PO2 (mmHg)", "saturation (%)",
        [Line("ours", ours), Line("Severinghaus 1979", points, dots=True)],
    )  # fmt: skip
    courses = [
        (name, *held(ADULT, device, flow, 720))
        for name, device, flow in (("air", "air", 0.0), ("oxygen 15 L/min", "non-rebreather", 15.0))
    ]
    yield "physiology-apnoea.svg", draw(
        "Apnoea: saturation", "minutes without a breath", "SpO2 (%)",
        [*(Line(name, s) for name, s, _ in courses),
         Line("measured to 90 % (about 1 min; 9.9 min)", [(1.0, 90.0), (9.9, 90.0)], dots=True)],
    )  # fmt: skip
    kobayashi = [(0.0, courses[0][2][0][1])]
    for rise in (9.8, 3.9, 3.9, 3.9, 3.9):
        kobayashi.append((kobayashi[-1][0] + 1, kobayashi[-1][1] + rise))
    yield "physiology-carbon-dioxide.svg", draw(
        "Apnoea: arterial carbon dioxide", "minutes without a breath", "PaCO2 (mmHg)",
        [Line("ours", courses[0][2][:61]), Line("Kobayashi", kobayashi, dots=True)],
    )  # fmt: skip
    yield "physiology-haemorrhage.svg", haemorrhage()
    yield "physiology-heart-rate.svg", heart_rate()
    fluid = bolus()
    yield "physiology-fluid.svg", draw(
        "500 mL in 15 min after a loss of 1.4 L", "minutes", "treated less untreated (mmHg, /min)",
        [*(Line(name, course) for name, course in fluid.items()),
         Line("reference 7.23: MAP + 5 to 10, HR - 5 to 10 at 20 min",
              [(20.0, 5.0), (20.0, 10.0), (20.0, -5.0), (20.0, -10.0)], dots=True)],
    )  # fmt: skip
    treated, untreated = rescued()
    yield "physiology-naloxone.svg", draw(
        "Fentanyl 400 µg, naloxone 0.2 mg at 5 min", "minutes", "breaths /min",
        [Line("with naloxone", treated), Line("without", untreated),
         Line("reference 7.23: 10 to 16 after 5 min", [(10.0, 10.0), (10.0, 16.0)], dots=True)],
    )  # fmt: skip


def heart_rate() -> str:
    """Return the picture of the heart's answer to bleeding and to suction, beside Johnson 2014."""
    bled, sucked = Body([JOHNSON]), Body([JOHNSON])
    bled.affect(0, "bleeding", 1000 / 15)
    sucked.treatments = Suction()  # type: ignore[assignment]  # what only an experiment does
    lines = [Line(name, after(body, 900, lambda b=body: float(b.now["hr"][0])))  # type: ignore[misc]
             for name, body in (("1 L bled in 15 min", bled), ("suction - 45 mmHg", sucked))]  # fmt: skip
    measured = [(15.0, 66.0), (15.0, 86.0)]
    return draw("Heart rate: bleeding and suction", "minutes", "/min",
                [*lines, Line("Johnson 2014 (66 and 86)", measured, dots=True)])  # fmt: skip


def haemorrhage() -> str:
    """Return the picture of bleeding at 50 mL/min, beside the rows of the reference 7.3."""
    body = Body([Person(age=40, weight_kg=70, height_cm=175, baroreflex_bpm_mmhg=4.0,
                        baseline=Baseline(hr=76, rr=16, spo2=98, sbp=124, dbp=76))])  # fmt: skip
    body.insults.begin(0, "haemorrhage")
    seen: dict[str, Course] = {"hr": [], "sbp": [], "rr": []}
    for second in range(3300):
        if second % 10 == 0:
            for key, course in seen.items():
                course.append((second / 60, float(body.now[key][0])))
        body.advance(1.0, 12.0)
    table = {
        "hr": (76, 92, 114, 132, 145, 58),
        "sbp": (124, 122, 110, 86, 62, 40),
        "rr": (16, 18, 24, 33, 38, 8),
    }
    lines = [Line(f"{key}, ours", course) for key, course in seen.items()]
    for key, values in table.items():
        rows = [(t, float(v)) for t, v in zip((0, 15, 30, 40, 48, 54), values, strict=True)]
        lines.append(Line(f"{key}, reference 7.3", [(float(t), v) for t, v in rows], dots=True))
    return draw("Bleeding 50 mL/min, untreated", "minutes", "/min, mmHg", lines)
