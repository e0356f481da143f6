from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.generate.verse.tune_body import length, tokens


def kinds(body):
    return [token.kind for token in tokens(body)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", 1),
        ("2", 2),
        ("/", Fraction(1, 2)),
        ("//", Fraction(1, 4)),
        ("3/2", Fraction(3, 2)),
        ("/4", Fraction(1, 4)),
        ("3/", Fraction(3, 2)),
        ("/0", 0),
    ],
)
def test_lengths(text, value):
    assert length(text) == value


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("A, ^c'2 _B/ =f z3 x", ["note"] * 6),
        ("[GBd]2 [A2c2]/", ["chord"] * 2),
        ("|: :| :: || |] [| |", ["bar"] * 7),
        ("|1 A :|2 B [1", ["bar", "ending", "note", "bar", "ending", "note", "ending"]),
        (
            "(3ABc A>B c<<d",
            ["tuplet", "note", "note", "note", "note", "broken", "note", "note", "broken", "note"],
        ),
        (
            '{/ag}A .B !trill!c "Am"d ~e',
            ["grace", "note", "mark", "note", "mark", "note", "mark", "note", "mark", "note"],
        ),
        ("(AB) A-A", ["slur", "note", "note", "slur", "note", "slur", "note"]),
        ("[M:3/4] [K:Am]", ["field", "field"]),
        ("Z2 % a remark", ["rest"]),
        ("h 7 A ;", ["wrong", "wrong", "note", "wrong"]),
    ],
)
def test_kinds(body, expected):
    assert kinds(body) == expected


def test_lengths_of_notes_and_chords():
    assert [token.length for token in tokens("A3/2 [G2B2]/ {a}c z//")] == [
        Fraction(3, 2),
        1,
        0,
        1,
        Fraction(1, 4),
    ]


@given(st.text(alphabet="ABcz|:[]()23/>'{}\" ^", max_size=30))
def test_nothing_is_lost(body):
    joined = "".join(token.text for token in tokens(body))
    assert joined.replace(" ", "") == body.replace(" ", "")
