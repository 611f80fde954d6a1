"""Insults: what makes the people of a ward ill, each a course with a severity and a tempo."""

from devices.physiology.insults.present import KINDS, Insults
from devices.physiology.insults.table import INSULTS

__all__ = ["INSULTS", "KINDS", "Insults"]
