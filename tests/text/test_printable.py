"""Any text can be shown in one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.text.printable import printable, shortened, standing_alone

ANY = st.text(st.characters(exclude_categories=()))  # lone surrogates too


@given(ANY)
def test_what_is_shown_is_printable_and_can_be_encoded(text):
    assert printable(text).isprintable()
    printable(text).encode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("café 😂 [bold]", "café 😂 [bold]"),
        ("a\nb\tc\x1b[31m", r"a\nb\tc\x1b[31m"),
        ("\u202eevil", r"\u202eevil"),
        ("👨\u200d👩", r"👨\u200d👩"),
        ("\ud83d", r"\ud83d"),
        ("\xa0", r"\xa0"),
    ],
)
def test_only_what_shows_nothing_is_escaped(text, shown):
    assert printable(text) == shown


@given(ANY, st.integers(4, 30))
def test_a_shortened_text_keeps_its_ends(text, most):
    short = shortened(text, most)
    assert len(short) <= most
    assert short == text if len(text) <= most else short[0] == text[0] and short[-1] == text[-1]


def test_a_combining_character_does_not_join_what_stands_before_it():
    assert standing_alone("\u0301a") == "◌\u0301a"
    assert standing_alone("é") == "é"
    assert standing_alone("") == ""
