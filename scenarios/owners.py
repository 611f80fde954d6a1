"""Who has what, where stretches of a script overlap: the one that began last, and then the one before.

An insult, a treatment, the heart's rhythm, the pattern of breathing, a fall, and what bends an ECG may be
in several stretches at once. The end of one that another has taken over from ends nothing; when the later
one ends first, the earlier has it again. What a hand does takes over from all, until a hand ends it.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from devices.physiology.treatments import TREATMENTS
from scenarios.turns import (
    Begun,
    Deed,
    Ended,
    FallTurn,
    InsultTurn,
    PotassiumTurn,
    QtTurn,
    StTurn,
    Told,
    TreatTurn,
    Unlabelled,
)

HAND: Final = -1
"""The owner of what is done by hand."""
HOUR_MS: Final = 3_600_000
Place = tuple[int, str]
"""A bed, and what can be only one there."""
Stretch = tuple[int, Begun]
"""Since when (ms) a stretch is on."""
Outcome = tuple[Sequence[Deed], Sequence[Told | Unlabelled]]
NOTHING: Final[Outcome] = (), ()


class Owners:
    """Which stretches are on in which bed, the one that rules last."""

    def __init__(self) -> None:
        self._on: dict[Place, list[Stretch]] = {}

    def begin(self, bed: int, at_ms: int, what: Begun) -> None:
        """Let a stretch of a script take over."""
        self._on.setdefault((bed, kind_of(what.does)), []).append((at_ms, what))

    def end(self, bed: int, at_ms: int, what: Ended) -> Outcome:
        """End a stretch of a script; return what is to be done to the body then, and what told."""
        on = self._on.get((bed, kind_of(what.of)), [])
        mine = next((k for k, (_, begun) in enumerate(on) if begun.owner == what.owner), None)
        if mine is None:  # a hand was there
            return NOTHING
        ruled = mine == len(on) - 1
        del on[mine]
        if not ruled or what.does is None:
            return NOTHING
        return _back(on[-1], at_ms, what) if on else ((what.does,), what.told)

    def by_hand(self, bed: int, at_ms: int, what: Deed) -> None:
        """Let a hand take over, or end it."""
        place = bed, kind_of(what)
        match what:
            case TreatTurn(treatment, False):
                self._on[place] = [(t, b) for t, b in self._on.get(place, []) if _of(b.does) != treatment]
            case TreatTurn(treatment) if not TREATMENTS[treatment].course.held:
                pass  # a dose beside what runs in
            case (
                FallTurn(False)
                | InsultTurn(severity=0.0)
                | StTurn(mv=None)
                | PotassiumTurn(None)
                | QtTurn(None)
            ):
                self._on.pop(place, None)
            case _:
                self._on[place] = [(at_ms, Begun(HAND, what))]


def kind_of(what: Deed) -> str:
    """Return what there can be only one of at a time that a deed is about."""
    match what:
        case InsultTurn(insult):
            return f"insult {insult}"
        case TreatTurn(treatment):
            return "oxygen" if TREATMENTS[treatment].oxygen else f"treatment {treatment}"
        case StTurn(territory):
            return f"st {territory}"
        case _:
            return type(what).__name__


def _back(before: Stretch, at_ms: int, what: Ended) -> Outcome:
    """Return what it comes to that a stretch has again what it had ``before``."""
    since_ms, begun = before
    does = begun.does
    told = [replace(t, text=f"{t.text}; {_named(begun)} goes on") for t in what.told if isinstance(t, Told)]
    match does:
        case TreatTurn(treatment) if not TREATMENTS[treatment].course.held:
            return NOTHING  # what runs in twice is stopped when nobody wants it any more
        case FallTurn():
            return NOTHING  # they lie there still
        case TreatTurn(treatment) if what.does is not None and _of(what.does) != treatment:
            return (what.does, does), told
        case StTurn(age_h=float(age_h)):
            return (replace(does, age_h=age_h + (at_ms - since_ms) / HOUR_MS),), told
        case _:
            return (does,), told


def _named(begun: Begun) -> str:
    return begun.words or "what a hand did"


def _of(what: Deed) -> str:
    return what.treatment if isinstance(what, TreatTurn) else ""
