"""The colours of strips: blue is for, orange against; they differ without relying on red and green.

A level's colour is the background of black text in light, of white text in dark, with a contrast of more
than 4.5 to 1 (WCAG 2.2, level AA).
"""

from __future__ import annotations

from rnnlab.explain.sheet import LEVELS

Colour = tuple[int, int, int]

LIGHT, DARK = "light", "dark"
PAPER: dict[str, Colour] = {LIGHT: (255, 255, 255), DARK: (20, 23, 27)}
INK: dict[str, Colour] = {LIGHT: (17, 17, 17), DARK: (240, 240, 240)}
FOR: dict[str, Colour] = {LIGHT: (104, 171, 228), DARK: (31, 98, 158)}
AGAINST: dict[str, Colour] = {LIGHT: (245, 160, 82), DARK: (146, 74, 16)}


def colour_of(level: int, theme: str = LIGHT) -> str:
    """Return #rrggbb of a level in -LEVELS to LEVELS."""
    share = abs(level) / LEVELS
    full = (FOR if level >= 0 else AGAINST)[theme]
    mixed = (round(a + share * (b - a)) for a, b in zip(PAPER[theme], full, strict=True))
    return "#{:02x}{:02x}{:02x}".format(*mixed)


def ink_of(theme: str = LIGHT) -> str:
    """Return #rrggbb of the text."""
    return "#{:02x}{:02x}{:02x}".format(*INK[theme])
