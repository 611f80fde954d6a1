"""The gallery: every rhythm, breathing pattern, artefact and illness as the program draws it, on one page.

``python -m teleward.gallery [FILE]`` writes the page (``make gallery``); it needs no network.
"""
