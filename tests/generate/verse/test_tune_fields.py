from fractions import Fraction

import pytest

from rnnlab.generate.verse.tune_fields import FieldError, compound, key, meter, unit


@pytest.mark.parametrize(
    ("value", "length"),
    [
        ("4/4", 1),
        ("6/8", Fraction(3, 4)),
        ("C", 1),
        ("C|", 1),
        ("none", None),
        ("2+3/8", Fraction(5, 8)),
        (" 3/4 ", Fraction(3, 4)),
    ],
)
def test_meters(value, length):
    assert meter(value) == length


@pytest.mark.parametrize("value", ["", "4", "4/5", "0/4", "four", "4/4x"])
def test_no_meters(value):
    with pytest.raises(FieldError, match="is no meter"):
        meter(value)


def test_units():
    assert unit("1/16") == Fraction(1, 16)
    for wrong in ("1/7", "2/8", "", "1/8 "[:2]):
        with pytest.raises(FieldError, match="is no unit of length"):
            unit(wrong)


@pytest.mark.parametrize("value", ["G", "Am", "Dmix", "F#m", "Bb", "E minor", "none", "HP", "G clef=bass"])
def test_keys(value):
    assert key(value) == value


@pytest.mark.parametrize("value", ["H", "", "Gq", "x"])
def test_no_keys(value):
    with pytest.raises(FieldError, match="is no key"):
        key(value)


def test_compound_meters():
    assert [compound(value) for value in ("6/8", "9/8", "12/8", "3/4", "4/4", "C")] == [True] * 3 + [
        False
    ] * 3
