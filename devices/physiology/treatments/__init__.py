"""Treatments: what is given, how it acts on a body in time, and whom it harms."""

from devices.physiology.treatments.given import Treatments
from devices.physiology.treatments.kinds import Push, Treatment
from devices.physiology.treatments.table import TREATMENTS

__all__ = ["TREATMENTS", "Push", "Treatment", "Treatments"]
