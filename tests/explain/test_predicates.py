"""Facts about characters, on texts small enough to read."""

import numpy as np
import pytest

from rnnlab.explain.predicates import line_position, predicates

TEXT = 'ROMEO:\nHe said "a (b) c" 2 us!\n'


@pytest.mark.parametrize(
    ("name", "marked"),
    [
        ("inside quotes", '"a (b) c'),
        ("inside brackets", "(b"),
        ("inside a word", "OMEO" + "e" + "aid" + "s"),
        ("speaker's name", "ROMEO:"),
        ("upper case", "ROMEOH"),
        ("digit", "2"),
        ("blank", "\n" + 6 * " " + "\n"),
        ("line end", "\n\n"),
        ("punctuation", ':"()"!'),
    ],
)
def test_what_is_marked(name, marked):
    values = predicates(TEXT)[name]
    assert len(values) == len(TEXT)
    assert "".join(c for c, value in zip(TEXT, values, strict=True) if value) == marked


def test_places_in_a_line_begin_at_0_and_its_end_belongs_to_it():
    assert line_position(np.array(list("ab\n\nc"))).tolist() == [0, 1, 2, 0, 0]
    assert predicates("ab\nc")["line position"].tolist() == [0, 1, 2, 0]
    assert all(len(values) == 0 for values in predicates("").values())


def test_a_quote_that_is_never_closed_is_none():
    assert predicates('say "so')["inside quotes"].sum() == 0
