"""Kinds of beats, of P waves and of what lies under them: numbers, since they travel in arrays."""

from typing import Final

SINUS, NARROW, WIDE = 0, 1, 2
"""With a P wave before it; the same without; and from the right ventricle's outflow."""
LBBB, RBBB, WPW = 3, 4, 5
"""With a P wave before it: left and right bundle branch block, and pre-excitation."""
RETROGRADE, HIGH_RETROGRADE, REENTRY = 6, 7, 8
"""Narrow, the P wave after QRS, before it upside down, and hidden in its end."""
WIDE_LEFT, WIDE_BASE = 9, 10
"""Extrasystoles from the left ventricle's apex and its base."""
VT, VT_FAST, SLOW, ACCELERATED, AGONAL = 11, 12, 13, 14, 15
"""Ventricular rhythms, each from a focus of its own."""
PACED = 16
"""Paced at the right ventricle's apex."""
COMPRESSION = 17
"""A chest compression, which is no beat but looks like one."""
NARROW_RBBB = 18
"""Right bundle branch block without its P wave."""
BRADY, TACHY = 19, 20
"""Sinus beats of a slow heart (U wave) and of a fast one (tall P on a sloping ST)."""
RAPID, SAGGING = 21, 22
"""Beats of fibrillating atria: fast ones, ST lowered by the rate, and those of a heart on digitalis."""
TWIST: Final = 23
TWISTS: Final = 12
"""From ``TWIST`` on: the same wide beat, its axis a twelfth of a turn further each time."""
FUSION, VT_FUSION = TWIST + TWISTS, TWIST + TWISTS + 1
"""Half a sinus beat and half of an accelerated focus, or a tachycardia, which meet in the ventricles."""
KINDS: Final = VT_FUSION + 1

P_SINUS, P_ECTOPIC, P_RETROGRADE, P_PACED, F_WAVE = 0, 1, 2, 3, 4
"""Kinds of atrial waves that are drawn by themselves."""
ATRIAL: Final = 5
