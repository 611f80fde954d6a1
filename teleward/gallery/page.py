"""The gallery's page: its style, its order, its words."""

from collections.abc import Callable, Iterator
from html import escape
from typing import Final

from teleward.gallery import sections
from teleward.gallery.paper import DEFINITIONS

Section = tuple[str, str, str, Callable[[], Iterator[sections.Card]]]
SECTIONS: Final[tuple[Section, ...]] = (
    (
        "rhythms",
        "Rhythms",
        "ECG at 25 mm/s and 10 mm/mV, and the pulse that arrives at the finger.",
        sections.rhythms,
    ),
    (
        "conditions",
        "What bends the ECG",
        "Twelve leads of sinus rhythm: injury by territory, potassium, cold, a long QT, a thick ventricle.",
        sections.conditions,
    ),
    (
        "breathing",
        "Breathing",
        "Ninety seconds of chest impedance and capnogram, and the rate a patch shows meanwhile.",
        sections.breathing,
    ),
    ("capnograms", "Capnograms", "Half a minute each; lines at 0, 20, 40 and 60 mmHg.", sections.capnograms),
    (
        "pressures",
        "Arterial pressure",
        "Twenty seconds, with the pleth below; pressure in mmHg.",
        sections.pressures,
    ),
    (
        "artefacts",
        "Artefacts",
        "The same fault shapes the trace and the number that is shown.",
        sections.artefacts,
    ),
    (
        "trajectories",
        "Trajectories",
        "Courses that nobody turns, with NEWS2 from truth; below: time, consciousness (ACVPU) and oxygen.",
        sections.courses,
    ),
)
STYLE: Final = """
:root{--ink:#1d2330;--soft:#5b6577;--line:#e6e3de;--back:#faf8f4;--card:#fff;--accent:#0b6e6e}
*{box-sizing:border-box}
body{margin:0;background:var(--back);color:var(--ink);font:16px/1.5 system-ui,"Segoe UI",Roboto,sans-serif}
header,main,footer{max-width:1180px;margin:0 auto;padding:0 20px}
header{padding-top:40px}
h1{font-size:2.1rem;letter-spacing:-.02em;margin:0 0 .2em}
header p,.about,footer p{color:var(--soft);max-width:46em}
nav{position:sticky;top:0;z-index:1;background:color-mix(in srgb,var(--back) 92%,transparent);
backdrop-filter:blur(6px);border-bottom:1px solid var(--line)}
nav div{max-width:1180px;margin:0 auto;padding:10px 20px;display:flex;gap:18px;flex-wrap:wrap}
nav a{color:var(--accent);text-decoration:none;font-weight:600}
h2{margin:44px 0 0;font-size:1.5rem;scroll-margin-top:60px}
.about{margin:.2em 0 .6em}
.index{margin:0 0 1.2em;line-height:2}
.index a{color:var(--ink);text-decoration:none;background:#efece5;border-radius:99px;padding:3px 10px;
font-size:.82rem;white-space:nowrap;margin-right:2px}.index a:hover{background:#e2ddd2}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:16px 18px;
margin:0 0 18px;break-inside:avoid;scroll-margin-top:60px}
.card h3{margin:0;font-size:1.08rem;display:flex;justify-content:space-between;gap:12px;align-items:baseline}
.card code{font:400 .78rem ui-monospace,Menlo,Consolas,monospace;color:var(--soft)}
.card p{margin:.15em 0 .7em;color:var(--soft);max-width:60em}
.strip{display:block;width:100%;height:auto;border-radius:6px;background:#fffaf7}
.definitions{position:absolute}
.fine{fill:none;stroke:#f6d9d3;stroke-width:.09}
.coarse{fill:none;stroke:#edb9af;stroke-width:.14}
.trace{fill:none;stroke:#1b1b22;stroke-width:1.25px;stroke-linejoin:round;vector-effect:non-scaling-stroke}
.trace.pleth,.trace.spo2{stroke:#006d93}.trace.resp,.trace.rr{stroke:#8a6100}.trace.capno,.trace.etco2{stroke:#5a6b00}
.trace.abp,.trace.sbp,.trace.dbp{stroke:#b3261e}.trace.hr{stroke:#17803d}.trace.temp{stroke:#7a3fa0}
.mark,.cut,.tick{fill:none;stroke:#1b1b22;stroke-width:.22}
.cut{stroke:#777}
.level{stroke:#b9c0a0;stroke-width:.16}
text{font:3.1px system-ui,"Segoe UI",Roboto,sans-serif;fill:#1d2330}
.lead{font-weight:650;paint-order:stroke;stroke:#fffaf7;stroke-width:.7px}
.scale{font-size:2.4px;fill:#5b6577;text-anchor:end}
.unit{font-size:2.5px;fill:#5b6577}
.panel{fill:#fff;stroke:#eee7e0;stroke-width:.2}
.knot{stroke:#d9d2ca;stroke-width:.18;stroke-dasharray:.8 .8}
.end{font-size:2.8px}.end.hr{fill:#17803d}.end.sbp,.end.dbp{fill:#b3261e}.end.rr{fill:#8a6100}.end.spo2{fill:#006d93}
.end.temp{fill:#7a3fa0}.end.etco2{fill:#5a6b00}
.score.low{fill:#d6ead9}.score.medium{fill:#f8d48a}.score.high{fill:#d9534a}
.total{text-anchor:middle;font-weight:700;font-size:4px}.total.high{fill:#fff}
.time{font-size:2.6px;fill:#5b6577;text-anchor:middle}
table{border-collapse:collapse;margin-top:8px;font-size:.9rem;font-variant-numeric:tabular-nums;width:100%}
td,th{padding:2px 6px;text-align:left;font-weight:400;color:var(--soft)}
.rates td{text-align:right;color:var(--ink);font-weight:600}.rates th{width:6em}
.numbers td{color:var(--ink)}.numbers .questionable{color:#8a5a00}.numbers .invalid{color:#a3231b}
.numbers em{font-style:normal;font-size:.8rem}
details{margin-top:10px}summary{cursor:pointer;color:var(--accent);font-weight:600;margin-bottom:6px}
footer{padding-bottom:60px}
.scroll{overflow-x:auto}
@media(max-width:700px){.strip{min-width:720px}nav div{flex-wrap:nowrap;overflow-x:auto;white-space:nowrap}}
@media print{.index,nav{display:none}.card{border-color:#ccc}}
"""


def page() -> str:
    """Return the whole page as HTML; it refers to nothing outside itself."""
    links = "".join(f'<a href="#{key}">{label}</a>' for key, label, _, _ in SECTIONS)
    body = "".join(_section(*s) for s in SECTIONS)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Teleward: gallery</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<style>{STYLE}</style></head><body>{DEFINITIONS}<header><h1>Gallery</h1><p>Every rhythm, breathing "
        "pattern, artefact and illness, as the simulator draws it: these pictures are its own output, not "
        "illustrations. For training only, never for the care of a patient.</p></header>"
        f"<nav><div>{links}</div></nav><main>{body}</main>"
        "<footer><p>Made by <code>make gallery</code>. People, signals and courses are invented.</p></footer>"
        "</body></html>"
    )


def _section(key: str, label: str, about: str, cards: Callable[[], Iterator[sections.Card]]) -> str:
    made = list(cards())
    index = " ".join(f'<a href="#{card.anchor}">{escape(card.label)}</a>' for card in made)
    entries = "".join(card.html for card in made)
    return (
        f'<section><h2 id="{key}">{label}</h2><p class="about">{about}</p><p class="index">{index}</p>'
        f"{entries}</section>"
    )
