"""Rhythms: the table of them, and the programs of hearts that do not simply beat."""

from devices.signals.kinds import NARROW, SINUS, WIDE
from devices.signals.rhythms.table import CONFIRMED_S, RHYTHMS, TRACKS, Rhythm, Track

__all__ = ["CONFIRMED_S", "NARROW", "RHYTHMS", "SINUS", "TRACKS", "WIDE", "Rhythm", "Track"]
