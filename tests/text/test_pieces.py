"""A step that passes a text by must have nothing to do in it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rnnlab.text import pieces
from rnnlab.text.characters import lowercase
from rnnlab.text.cleaner import Cleaner
from rnnlab.text.pieces import Pieces
from rnnlab.text.steps import STEPS

SIGNS = "aoNOTxdul:=;-)(*!.?'/<>3 \n\t\r\x1c\x85#@$1&`\"é’😂"
TEXTS = st.text(st.sampled_from(list(SIGNS)), max_size=40)
CLEANERS = [
    Cleaner(dict.fromkeys(STEPS, True)),
    Cleaner({name: True for name in STEPS if name not in ("lowercase", "unicode", "newlines", "whitespace")}),
    Cleaner({"emoticons": True, "negation": True}),
]


def test_a_piece_is_tested_once_and_a_text_by_its_pieces():
    asked: list[str] = []

    def test(piece: str) -> bool:
        asked.append(piece)
        return "z" in piece

    table = Pieces([str.isdigit, test])
    assert [table.bits(text) for text in ("a b\ta\nb", "a b lazy", "lazy 7", "   ")] == [0, 2, 3, 0]
    assert asked == ["a", "b", "lazy", "7"]


def test_later_tests_are_not_asked_of_a_piece_that_is_settled():
    asked: list[str] = []

    def last(piece: str) -> bool:
        asked.append(piece)
        return True

    table = Pieces([str.isdigit, str.isalpha, last], settling={1})
    assert [table.bits(text) for text in ("word", "7", "a 7")] == [2, 5, 7]
    assert asked == ["7"]


def test_what_is_remembered_has_bounds(monkeypatch):
    monkeypatch.setattr(pieces, "_MOST", 3)
    table = Pieces([str.isdigit])
    assert table.bits("a b c 4") == 1
    assert dict(table) == {"4": 1}
    assert table.bits("x" * 41) == 0
    assert set(table) == {"4"}


@given(TEXTS)
@example("so : ) happy")
@example("well :-  ]")
@example("I am not\nok, y'all w/ u, don't SHOUT at me")
@example("sooo goooood!!! lolol hahaha f**k #BestDayEver :) http @you &lt;br&gt; 12:30")
@example("@noooo:) #SOOO:( 3:) x.com/not w/@u 1.2!!! #omg #1 #NOT'")
@pytest.mark.parametrize("cleaner", CLEANERS)
def test_no_step_is_passed_by_that_would_change_the_text(cleaner, text):
    assert cleaner(text) == (cleaner.trace(text) or [("", text)])[-1][1]


@given(st.text(st.sampled_from(list("aAbHhNOTnotlLxXuU'/!?.")), min_size=1, max_size=12))
@example("HAHAHA")
@example("DON'T")
@example("W/")
def test_no_test_behind_the_folding_of_case_goes_by_it(piece):
    later = list(STEPS.values())[list(STEPS).index("lowercase") + 1 :]
    for step in later:
        if step.touches is not None and step.touches(lowercase(piece)):
            assert step.touches(piece)
