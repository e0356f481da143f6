"""Colours that can be read: WCAG's contrast between text and every background."""

import pytest

from rnnlab.explain.colour import DARK, LIGHT, colour_of, ink_of
from rnnlab.explain.sheet import LEVELS


def luminance(colour):
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("level", range(-LEVELS, LEVELS + 1))
def test_every_level_contrasts_with_the_text(theme, level):
    one, other = sorted([luminance(colour_of(level, theme)), luminance(ink_of(theme))])
    assert (other + 0.05) / (one + 0.05) >= 4.5


def test_stronger_is_further_from_the_paper():
    assert colour_of(0) == "#ffffff"
    shades = [luminance(colour_of(level)) for level in range(LEVELS + 1)]
    assert shades == sorted(shades, reverse=True)
    assert colour_of(LEVELS) != colour_of(-LEVELS)
